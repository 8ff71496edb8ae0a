package com.example.harbour;

import java.util.List;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
@RequestMapping("/berths")
class BerthController {

    private static final List<Berth> BERTHS = List.of(new Berth("north", 4.5), new Berth("mole", 7.2), new Berth("quay", 2.8));

    @GetMapping
    List<Berth> all(@RequestParam(defaultValue = "0") double draught) {
        return BERTHS.stream().filter(berth -> berth.takes(draught)).toList();
    }

    @GetMapping("/{name}")
    Berth one(@PathVariable String name) {
        return BERTHS.stream().filter(berth -> berth.name().equals(name)).findFirst()
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    }
}
