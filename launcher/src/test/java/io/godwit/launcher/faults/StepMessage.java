package io.godwit.launcher.faults;

import io.godwit.events.Message;
import io.godwit.events.MessageTypes;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the contract of a step's messages tells: which service handles it, and what that works on. */
final class StepMessage {
    private static final Set<Participant> BOTH = Set.of(Participant.SOURCE, Participant.TARGET);

    /** The words that name a server, in a command's name and in its parts. */
    private static final Map<String, Set<Participant>> SIDES = Map.of(
            "Source", Set.of(Participant.SOURCE),
            "Target", Set.of(Participant.TARGET),
            "Standby", BOTH,
            "source", Set.of(Participant.SOURCE),
            "database", Set.of(Participant.SOURCE),
            "target", Set.of(Participant.TARGET),
            "from", Set.of(Participant.SOURCE),
            "to", Set.of(Participant.TARGET));

    private StepMessage() {}

    /** @return the service whose command the step is, or whose answer it awaits; empty if only time does it */
    static Optional<Participant> doer(@Nullable String command, @Nullable String answer) {
        String message = command == null ? answer : command;
        return Optional.ofNullable(message).map(StepMessage::groupOf).map(Participant::valueOf);
    }

    /** {@code PROXY} of {@code io.godwit.proxy.hold-traffic.v1}. */
    private static String groupOf(String message) {
        return MessageTypes.typeOf(classOf(message)).split("\\.", -1)[2].toUpperCase(Locale.ROOT);
    }

    private static Class<? extends Message> classOf(String message) {
        return MessageTypes.all().values().stream()
                .filter(type -> type.getSimpleName().equals(message))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no message is named '" + message + "'"));
    }

    /** The tenant servers and the object store that are worked on in the step. */
    static Set<Participant> storesOf(SagaStep step) {
        String command = step.command();
        if (command == null) {
            // Clients come to one server, and what they write goes to the other.
            return BOTH;
        }
        Set<Participant> stores = EnumSet.noneOf(Participant.class);
        named(command).forEach(stores::addAll);
        if (step.course() == Course.ROLLBACK && stores.size() == 1) {
            // Of the two the way back asks only the one it leads to, until the other is retired.
            stores = EnumSet.of(command.startsWith("Retire") ? Participant.TARGET : Participant.SOURCE);
        }
        if (step.doer().filter(doer -> doer == Participant.BACKUP).isPresent()) {
            stores.add(Participant.S3);
        }
        return stores;
    }

    private static Set<Set<Participant>> named(String command) {
        return SIDES.entrySet().stream()
                .filter(side -> command.endsWith(side.getKey())
                        || Arrays.stream(classOf(command).getRecordComponents())
                                .map(RecordComponent::getName)
                                .anyMatch(side.getKey()::equals))
                .map(Map.Entry::getValue)
                .collect(Collectors.toSet());
    }
}
