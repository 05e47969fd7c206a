package io.godwit.messaging;

import io.godwit.engines.DatabaseId;
import io.godwit.events.DatabaseRoute;
import io.godwit.events.Message;
import io.godwit.events.MessageTypes;
import io.godwit.events.MigrationEvent;
import io.godwit.events.Topics;
import org.jspecify.annotations.Nullable;

/**
 * One record to be sent.
 *
 * @param type the CloudEvents type
 * @param data the payload, written as JSON; null makes a tombstone
 */
public record OutboundRecord(
        String topic, String key, String type, @Nullable Object data) {
    private static final String ROUTE_TYPE = "io.godwit.route.v1";

    /** A command or event about one database. */
    public static OutboundRecord message(String topic, DatabaseId key, Message message) {
        return message(topic, key.toString(), message);
    }

    /** A command or event about something other than a database, for example a proxy's heartbeat. */
    public static OutboundRecord message(String topic, String key, Message message) {
        return new OutboundRecord(topic, key, MessageTypes.typeOf(message.getClass()), message);
    }

    public static OutboundRecord route(DatabaseRoute route) {
        return new OutboundRecord(Topics.ROUTES, route.databaseId().toString(), ROUTE_TYPE, route);
    }

    public static OutboundRecord routeDeleted(DatabaseId databaseId) {
        return new OutboundRecord(Topics.ROUTES, databaseId.toString(), ROUTE_TYPE, null);
    }

    public static OutboundRecord migrationEvent(MigrationEvent event) {
        return new OutboundRecord(
                Topics.MIGRATIONS, event.databaseId().toString(), event.type().cloudEventType(), event);
    }
}
