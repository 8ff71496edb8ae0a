package com.example.harbour;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class HarbourApplication {

    public static void main(String[] args) {
        SpringApplication.run(HarbourApplication.class, args);
    }
}
