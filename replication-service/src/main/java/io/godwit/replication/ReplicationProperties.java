package io.godwit.replication;

import io.godwit.replication.engine.MoveLimits;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** @param limits what bounds a move */
@ConfigurationProperties("godwit.replication")
record ReplicationProperties(@DefaultValue MoveLimits limits) {}
