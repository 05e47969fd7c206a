/* Provisioning, the only writer of the route: compare and set. What makes it refuse once makes it refuse always. */
proctype Provisioning() {
    byte expected, attempt;
    bit barred[3];
end:
    do
    :: atomic {
            toProvisioning?expected, attempt ->
            if
            :: epoch == expected + 1 -> toOrchestrator!PUBLISHED, attempt
            :: epoch == expected && !barred[expected] ->
                assert(applied[other(home)] == commits[home]); /* nothing that was acknowledged is left behind */
                epoch++;
                toOrchestrator!PUBLISHED, attempt
            :: epoch == expected -> barred[expected] = 1; toOrchestrator!REFUSED, attempt
            :: epoch > expected + 1 -> toOrchestrator!REFUSED, attempt
            fi;
            expected = 0; attempt = 0 }
    od
}
