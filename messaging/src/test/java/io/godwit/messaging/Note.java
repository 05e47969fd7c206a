package io.godwit.messaging;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.UUID;

/** Something a service keeps, written through JPA as services do. */
@Entity
class Note {
    @Id
    private UUID id;

    private String text;

    /** For JPA. */
    protected Note() {
        this("");
    }

    Note(String text) {
        this.id = UUID.randomUUID();
        this.text = text;
    }

    UUID id() {
        return id;
    }

    String text() {
        return text;
    }
}
