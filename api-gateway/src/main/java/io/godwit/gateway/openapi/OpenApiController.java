package io.godwit.gateway.openapi;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Shows the description of the API to everybody, and where it is. */
@RestController
class OpenApiController {
    private static final String PATH = "/api/v1/openapi.json";

    @GetMapping(path = PATH, produces = MediaType.APPLICATION_JSON_VALUE)
    Resource openApi() {
        return new ClassPathResource("openapi.json");
    }

    @GetMapping("/")
    Welcome welcome() {
        return new Welcome("Godwit", PATH);
    }

    /** @param openapi the path of the API's description */
    record Welcome(String name, String openapi) {}
}
