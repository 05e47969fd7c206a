package io.godwit.replication.engine.postgresql;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/** A record that tells all by being there. Those of earlier versions have properties. */
@JsonIgnoreProperties(ignoreUnknown = true)
record PostgresNote() {}
