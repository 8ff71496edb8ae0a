package com.example.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.Executors;

/** Serves a ledger over HTTP: GET and POST /entries, GET /balances. */
public final class Main {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private final Ledger ledger = new Ledger();

    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        Main main = new Main();
        server.createContext("/entries", main::entries);
        server.createContext("/balances", exchange -> send(exchange, 200, main.ledger.balances()));
        server.setExecutor(Executors.newFixedThreadPool(4));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(1)));
        server.start();
        System.out.println("ledger listens on " + port);
    }

    private void entries(HttpExchange exchange) throws IOException {
        switch (exchange.getRequestMethod()) {
            case "GET" -> send(exchange, 200, ledger.entries());
            case "POST" -> post(exchange);
            default -> send(exchange, 405, Map.of("error", "GET or POST"));
        }
    }

    private void post(HttpExchange exchange) throws IOException {
        try {
            Entry entry = JSON.readValue(exchange.getRequestBody(), Entry.class);
            ledger.book(entry);
            send(exchange, 201, entry);
        } catch (JsonMappingException e) {
            // Jackson wraps what the record's constructor says.
            Throwable cause = e.getCause() == null ? e : e.getCause();
            send(exchange, 400, Map.of("error", cause.getMessage()));
        } catch (JsonProcessingException e) {
            send(exchange, 400, Map.of("error", "not JSON"));
        }
    }

    private static void send(HttpExchange exchange, int status, Object value) throws IOException {
        byte[] body = JSON.writeValueAsBytes(value);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
