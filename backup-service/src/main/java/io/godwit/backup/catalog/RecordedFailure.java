package io.godwit.backup.catalog;

import io.godwit.events.Failure;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;

/** Why a backup or a restore run failed. */
@Embeddable
class RecordedFailure {
    @Column(name = "error_code")
    private String code;

    @Column(name = "error_message")
    private String message;

    @Column(name = "error_kind")
    @Enumerated(EnumType.STRING)
    private Failure.Kind kind;

    protected RecordedFailure() {}

    RecordedFailure(Failure failure) {
        this.code = failure.code();
        this.message = failure.message();
        this.kind = failure.kind();
    }

    Failure toFailure() {
        return new Failure(code, message, kind);
    }
}
