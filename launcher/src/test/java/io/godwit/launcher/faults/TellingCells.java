package io.godwit.launcher.faults;

import io.godwit.engines.EngineId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Of all cells those that can be told apart. A participant's {@link Role} in a step says which faults are asked and which
 * steps are alike; of alike ones one is asked, in turn, so that other participants and faults meet the other ones.
 */
final class TellingCells {
    private TellingCells() {}

    /** Those that a move of the engine can meet, in the order of {@link FaultCell#allOf}. */
    static List<FaultCell> of(EngineId engine) {
        List<FaultCell> all = FaultCell.allOf(engine);
        Set<FaultCell> telling = Arrays.stream(Participant.values())
                .flatMap(participant -> of(participant, all))
                .collect(Collectors.toSet());
        return all.stream().filter(telling::contains).toList();
    }

    private static Stream<FaultCell> of(Participant participant, List<FaultCell> all) {
        Map<Role, List<SagaStep>> steps = all.stream()
                .filter(cell -> cell.participant() == participant)
                .map(FaultCell::step)
                .distinct()
                .collect(Collectors.groupingBy(step -> Role.of(participant, step)));
        return steps.entrySet().stream()
                .flatMap(entry -> entry.getKey().askings().stream()
                        .flatMap(asking -> alike(entry.getValue(), asking.likeness()).stream()
                                .map(group -> cell(participant, asking, group))));
    }

    private static Collection<List<SagaStep>> alike(List<SagaStep> steps, Likeness likeness) {
        Map<String, List<SagaStep>> groups = new LinkedHashMap<>();
        steps.forEach(step -> groups.computeIfAbsent(likeness.of(step), _ -> new ArrayList<>())
                .add(step));
        return groups.values();
    }

    /** One with clients that wait, where there is one: more hangs on it. */
    private static FaultCell cell(Participant participant, Role.Asking asking, List<SagaStep> alike) {
        List<SagaStep> held = alike.stream().filter(SagaStep::isHeld).toList();
        List<SagaStep> candidates = held.isEmpty() ? alike : held;
        int turn = List.of(Participant.values()).indexOf(participant)
                + List.of(Fault.values()).indexOf(asking.fault());
        SagaStep step = candidates.get(turn % candidates.size());
        Moment moment = step.point(asking.moment()).isPresent() ? asking.moment() : Moment.RECEIVED;
        return new FaultCell(participant, step, moment, asking.fault());
    }
}
