package io.godwit.gateway.audit;

import io.godwit.rest.Caller;
import io.godwit.rest.Page;
import io.godwit.rest.PageQuery;
import io.godwit.rest.ProblemException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Shows the audit log to operators, newest first. */
@RestController
class AuditController {
    private final AuditTable table;

    AuditController(AuditTable table) {
        this.table = table;
    }

    @GetMapping("/api/v1/audit")
    Page<AuditEntry> list(PageQuery query, Caller caller) {
        caller.requireOperator();
        return Page.of(table.page(query, before(query)), query, entry -> Long.toString(entry.id()));
    }

    private static long before(PageQuery query) {
        if (query.after() == null) {
            return Long.MAX_VALUE;
        }
        try {
            return Long.parseLong(query.after());
        } catch (NumberFormatException e) {
            throw new ProblemException(
                    400, "INVALID_PARAMETER", "parameter 'cursor' is not of this list; expected its nextCursor");
        }
    }
}
