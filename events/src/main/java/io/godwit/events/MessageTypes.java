package io.godwit.events;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The one registration table of messages: the type attribute of each message class, and back. A type is
 * {@code io.godwit.<group>.<kebab-case name>.v1}, for example {@code io.godwit.proxy.hold-traffic.v1}.
 */
public final class MessageTypes {
    private static final Map<Class<?>, String> GROUPS = Map.of(
            ProvisioningCommand.class, "provisioning",
            ProvisioningEvent.class, "provisioning",
            ReplicationCommand.class, "replication",
            ReplicationEvent.class, "replication",
            ProxyCommand.class, "proxy",
            ProxyEvent.class, "proxy",
            BackupCommand.class, "backup",
            BackupEvent.class, "backup");

    private static final Map<String, Class<? extends Message>> BY_TYPE = register();

    private MessageTypes() {}

    public static String typeOf(Class<? extends Message> message) {
        String group = GROUPS.get(message.getInterfaces()[0]);
        return "io.godwit." + group + "." + kebabCase(message.getSimpleName()) + ".v1";
    }

    /** The class of a message type; empty if this version of Godwit does not know the type. */
    public static Optional<Class<? extends Message>> classOf(String type) {
        return Optional.ofNullable(BY_TYPE.get(type));
    }

    /** All messages, by their type. */
    public static Map<String, Class<? extends Message>> all() {
        return BY_TYPE;
    }

    private static Map<String, Class<? extends Message>> register() {
        Map<String, Class<? extends Message>> types = new HashMap<>();
        for (Class<?> group : GROUPS.keySet()) {
            for (Class<?> message : group.getPermittedSubclasses()) {
                Class<? extends Message> messageClass = message.asSubclass(Message.class);
                types.put(typeOf(messageClass), messageClass);
            }
        }
        return Map.copyOf(types);
    }

    private static String kebabCase(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(java.util.Locale.ROOT);
    }
}
