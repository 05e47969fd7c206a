package io.godwit.cli.session;

import tools.jackson.databind.JsonNode;

/** Deletes what a person has confirmed, and says so. */
public final class Deletion {
    private Deletion() {}

    /**
     * @param path of what is deleted
     * @param sentence said when it is gone
     * @return the exit code: failed if the answer to the question was no
     */
    public static int run(
            ApiOptions options, Confirmation confirmation, String question, String path, String sentence) {
        if (!confirmation.ask(question)) {
            return ExitCode.FAILED;
        }
        try (Session session = options.open()) {
            JsonNode answer = session.api().delete(path);
            session.output().done(answer, sentence);
            return ExitCode.DONE;
        }
    }
}
