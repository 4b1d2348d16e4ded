package org.planisphere.cli;

import org.planisphere.client.BadAnswer;
import org.planisphere.client.NotReachable;
import org.planisphere.client.PlannerProblem;

/** What to type after a command that went wrong. There is always something: at the least the command's own help. */
final class Advice {
    private static final String ADDRESS =
            "is that its base address, such as http://HOST/planner or http://HOST/registry?";

    private Advice() {}

    /** @param command the command as it is typed, such as {@code planisphere storage keep} */
    static String after(Exception thrown, String command) {
        String help = "see: " + command + " --help";
        if (thrown instanceof Fault fault) {
            return fault.next == null ? help : fault.next;
        }
        if (thrown instanceof PlannerProblem problem) {
            return after(problem, command, help);
        }
        if (thrown instanceof NotReachable) {
            return "is it running? start one here with: ./planisphere up";
        }
        return thrown instanceof BadAnswer ? ADDRESS + " " + help : help;
    }

    private static String after(PlannerProblem problem, String command, String help) {
        boolean registry = command.startsWith("planisphere registry");
        boolean storage = command.startsWith("planisphere storage");
        return switch (problem.status()) {
            case 401 -> "log in: planisphere login --issuer URL, or show a token: --token-file FILE";
            case 403 -> "see who you are, and in which groups: planisphere me";
            case 404 ->
                registry || command.equals("planisphere ask") || command.equals("planisphere direct")
                        ? ADDRESS + " " + help
                        : "see what there is: planisphere sessions, or planisphere offers";
            case 409 ->
                storage
                        ? "see what is kept until when, and what uses it: planisphere storage list --json"
                        : "see what may be done now: planisphere update SESSION, or ask again: planisphere ask TASKFILE";
            case 429, 503 ->
                problem.retryAfter()
                        .map(wait -> "try again in " + Words.duration(wait))
                        .orElse("try again later");
            default ->
                problem.status() < 500
                        ? help
                        : "try again later, and see whether it is well: curl "
                                + problem.uri().resolve("/health");
        };
    }
}
