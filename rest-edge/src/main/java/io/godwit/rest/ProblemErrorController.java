package io.godwit.rest;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers what the servlet container itself refuses, or what fails before a controller is reached. */
@RestController
class ProblemErrorController implements ErrorController {
    @RequestMapping("/error")
    ResponseEntity<ProblemDetail> error(HttpServletRequest request) {
        Object dispatched = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        HttpStatus known = dispatched instanceof Integer status ? HttpStatus.resolve(status) : HttpStatus.NOT_FOUND;
        HttpStatus status = known == null ? HttpStatus.INTERNAL_SERVER_ERROR : known;
        String code = status == HttpStatus.INTERNAL_SERVER_ERROR ? "INTERNAL" : status.name();
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(Problems.detail(
                        status.value(), code, "The request can't be served: " + status.getReasonPhrase()));
    }
}
