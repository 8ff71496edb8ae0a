package com.example.books.web;

import com.example.books.core.Book;
import com.example.books.core.Library;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.Javalin;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/** The library over HTTP. */
public final class Main {
    private final Library lending;

    private Main(Library lending) {
        this.lending = lending;
    }

    public static void main(String[] args) throws IOException {
        Main main = new Main(new Library(stock()));
        Javalin.create(config -> config.showJavalinBanner = false)
                .get("/version", ctx -> ctx.result(String.valueOf(Main.class.getPackage().getImplementationVersion())))
                .get("/books", ctx -> ctx.json(main.lending.books()))
                .get("/books/{isbn}", main::availability)
                .post("/books/{isbn}/readers/{reader}", main::lend)
                .delete("/books/{isbn}/readers/{reader}", main::takeBack)
                .exception(NoSuchElementException.class, (e, ctx) -> fail(ctx, HttpStatus.NOT_FOUND, e))
                .exception(IllegalStateException.class, (e, ctx) -> fail(ctx, HttpStatus.CONFLICT, e))
                .start(Integer.getInteger("port", 8080));
    }

    private static List<Book> stock() throws IOException {
        try (InputStream in = Main.class.getResourceAsStream("/stock.json")) {
            return List.of(new ObjectMapper().readValue(in, Book[].class));
        }
    }

    private void availability(Context ctx) {
        ctx.json(Map.of("available", lending.available(ctx.pathParam("isbn"))));
    }

    private void lend(Context ctx) {
        lending.lend(ctx.pathParam("isbn"), ctx.pathParam("reader"));
        ctx.status(HttpStatus.NO_CONTENT);
    }

    private void takeBack(Context ctx) {
        lending.takeBack(ctx.pathParam("isbn"), ctx.pathParam("reader"));
        ctx.status(HttpStatus.NO_CONTENT);
    }

    private static void fail(Context ctx, HttpStatus status, Exception e) {
        ctx.status(status).json(Map.of("error", e.getMessage()));
    }
}
