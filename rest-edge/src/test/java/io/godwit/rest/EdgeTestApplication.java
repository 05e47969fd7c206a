package io.godwit.rest;

import io.godwit.rest.EdgeTestApplication.Order.Kind;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** A service as small as can be. */
@EnableAutoConfiguration
class EdgeTestApplication {
    static final String SECRET = "jdbc password hunter2";

    @Bean
    OrderController orders() {
        return new OrderController();
    }

    record Order(
            @NotBlank String name,
            @Max(10) int count,
            @Nullable Kind kind,
            @Nullable Item item) {
        enum Kind {
            BIG,
            SMALL
        }

        record Item(int size) {
            Item {
                if (size < 0) {
                    throw new IllegalArgumentException("size " + size + " is negative; expected 0 or more");
                }
            }
        }
    }

    @RestController
    static class OrderController {
        @PostMapping("/orders")
        @ResponseStatus(HttpStatus.CREATED)
        Order create(@Valid @RequestBody Order order) {
            return order;
        }

        @GetMapping("/orders")
        Page<Integer> list(PageQuery query) {
            int after = query.after() == null ? 0 : Integer.parseInt(query.after());
            List<Integer> fetched = IntStream.rangeClosed(after + 1, Math.min(after + query.fetchSize(), 5))
                    .boxed()
                    .toList();
            return Page.of(fetched, query, String::valueOf);
        }

        @GetMapping("/orders/{id}")
        String show(@PathVariable String id) {
            throw new ProblemException(404, "ORDER_NOT_FOUND", "Order '" + id + "' does not exist");
        }

        @GetMapping("/caller")
        Caller caller(Caller caller) {
            return caller;
        }

        @GetMapping("/number")
        int number(@RequestParam int n) {
            return n;
        }

        @GetMapping("/bounded")
        int bounded(@RequestParam @Max(3) int n) {
            return n;
        }

        @GetMapping("/bug")
        Kind bug() {
            throw new IllegalStateException(SECRET);
        }
    }
}
