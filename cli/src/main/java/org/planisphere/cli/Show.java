package org.planisphere.cli;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.Chunk;
import org.planisphere.client.ClientException;
import org.planisphere.client.Output;
import org.planisphere.client.Phases;
import org.planisphere.client.PlannerClient;
import org.planisphere.client.SessionEvent;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.Message;

/**
 * A session as it goes: its phases, what its task prints, and how much of its time is used. Everything comes from the
 * event stream; an event is also the sign to read what the output has grown by.
 */
final class Show {
    private static final int PART = 256 * 1024;
    private static final int LONGEST_LINE = 4000;
    private static final int BAR = 24;

    private final Kit kit;
    private final Terminal terminal;
    private final PlannerClient planner;
    private final URI session;
    private final Tail stdout;
    private final Tail stderr;
    private final AtomicBoolean due = new AtomicBoolean();

    private String phase = "";
    private String progress = "";
    private @Nullable Instant running;
    private @Nullable Duration duration;
    private @Nullable Instant ended;
    private String why = "";
    private boolean drawn;

    Show(Kit kit, PlannerClient planner, URI session) {
        this.kit = kit;
        this.terminal = kit.terminal();
        this.planner = planner;
        this.session = session;
        this.stdout = new Tail(Output.STDOUT, terminal.faint("│ "));
        this.stderr = new Tail(Output.STDERR, terminal.notable("! "));
    }

    /** Shows until the session has ended. */
    int run() {
        ExecutionSession begun = planner.session(session);
        take(begun);
        ExecutorService reader = Executors.newSingleThreadExecutor(Show::daemon);
        ScheduledExecutorService painter = Executors.newSingleThreadScheduledExecutor(Show::daemon);
        try {
            if (terminal.live()) {
                painter.scheduleAtFixedRate(this::draw, 200, 250, TimeUnit.MILLISECONDS);
            }
            // In the order of things: what the task printed before an event comes before it.
            planner.watch(session, 0, event -> {
                if (!event.type().equals("output")) {
                    reader.execute(() -> {
                        readOutputOfRun();
                        happened(event);
                        readOutputOfRun();
                    });
                } else if (due.compareAndSet(false, true)) {
                    reader.execute(() -> {
                        due.set(false);
                        readOutput();
                    });
                }
            });
        } finally {
            painter.shutdownNow();
            reader.shutdown();
        }
        ExecutionSession last = planner.session(session);
        finish(reader);
        return end(last);
    }

    private void finish(ExecutorService reader) {
        try {
            if (!reader.awaitTermination(30, TimeUnit.SECONDS)) {
                reader.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        readOutput();
        stdout.rest();
        stderr.rest();
    }

    private int end(ExecutionSession now) {
        String last = Terminal.harmless(now.phase);
        synchronized (this) {
            wipe();
            Instant at = ended;
            if (at != null && last.equals(phase)) {
                phaseLine(at, last, why);
            } else {
                phaseLine(kit.clock().instant(), last, why(now));
            }
        }
        boolean good = last.equals("COMPLETED");
        if (Phases.terminal(last)) {
            terminal.complain(terminal.faint(
                    good || last.equals("FAILED") || last.equals("CANCELLED")
                            ? "next: planisphere results " + session + " --output results"
                            : "next: planisphere ask TASKFILE"));
        }
        return good ? Exit.OK : Exit.NO;
    }

    private static String why(ExecutionSession session) {
        List<Message> messages =
                session.meta == null || session.meta.messages == null ? List.of() : session.meta.messages;
        return messages.isEmpty() ? "" : Survey.text(messages.get(messages.size() - 1));
    }

    private synchronized void take(ExecutionSession now) {
        duration = now.schedule == null || now.schedule.available == null
                ? null
                : Words.isoDuration(now.schedule.available.duration);
    }

    private synchronized void happened(SessionEvent event) {
        Instant at = event.time().orElse(kit.clock().instant());
        String now = event.phase() == null ? phase : Terminal.harmless(event.phase());
        String text = Terminal.harmless(event.text()).strip();
        if (!now.equals(phase)) {
            phase = now;
            progress = "";
            if (now.equals("RUNNING")) {
                running = at;
            }
            wipe();
            if (Phases.terminal(now)) {
                // What the task printed last comes before its end.
                ended = at;
                why = text;
            } else {
                phaseLine(at, now, text);
            }
        } else if (event.type().equals("progress")) {
            progress = text;
            if (!terminal.live() && !text.isEmpty()) {
                terminal.line(stamp(at) + "             " + text);
            }
        } else if (!text.isEmpty()) {
            wipe();
            terminal.line(stamp(at) + "             " + text);
        }
        draw();
    }

    private void phaseLine(Instant at, String now, String text) {
        String padded = now + " ".repeat(Math.max(0, 11 - now.length()));
        terminal.line((stamp(at) + "  " + terminal.phase(now) + padded.substring(now.length()) + text).stripTrailing());
    }

    private String stamp(Instant at) {
        return terminal.faint(java.time.format.DateTimeFormatter.ofPattern("HH:mm:ss", java.util.Locale.ROOT)
                .format(at.atZone(kit.clock().getZone())));
    }

    /** The line at the bottom, while it goes. */
    private synchronized void draw() {
        if (!terminal.live() || phase.isEmpty() || Phases.terminal(phase)) {
            return;
        }
        StringBuilder line = new StringBuilder();
        Instant since = running;
        Duration whole = duration;
        if (phase.equals("RUNNING") && since != null) {
            Duration gone = Duration.between(since, kit.clock().instant());
            if (whole != null && !whole.isZero() && !whole.isNegative()) {
                double part = Math.min(1, Math.max(0, gone.toMillis() / (double) whole.toMillis()));
                int full = (int) Math.round(part * BAR);
                line.append("█".repeat(full)).append("░".repeat(BAR - full)).append("  ");
            }
            line.append(Words.clock(gone)).append(whole == null ? "" : " of at most " + Words.clock(whole));
        } else {
            line.append("…");
        }
        if (!progress.isEmpty()) {
            line.append("  ").append(progress);
        }
        String text = phase + "  " + line;
        int room = Math.max(10, terminal.width() - 1);
        String cut = text.length() > room ? text.substring(0, room - 1) + "…" : text;
        terminal.out().print("\r\u001b[K" + terminal.accent(cut));
        terminal.out().flush();
        drawn = true;
    }

    private void wipe() {
        if (drawn) {
            terminal.out().print("\r\u001b[K");
            drawn = false;
        }
    }

    private void readOutputOfRun() {
        boolean runs;
        synchronized (this) {
            runs = phase.equals("RUNNING");
        }
        if (runs) {
            readOutput();
        }
    }

    private void readOutput() {
        stdout.read();
        stderr.read();
    }

    static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "planisphere-show");
        thread.setDaemon(true);
        return thread;
    }

    /** One output, printed line by line as it grows. */
    private final class Tail {
        private final Output output;
        private final String mark;
        private final OutputCommand.Utf8 decoder = new OutputCommand.Utf8();
        private final StringBuilder line = new StringBuilder();
        private long at;

        Tail(Output output, String mark) {
            this.output = output;
            this.mark = mark;
        }

        void read() {
            try {
                while (true) {
                    Chunk chunk = planner.output(session, output, at, PART);
                    if (chunk.bytes().length == 0) {
                        return;
                    }
                    at = chunk.next();
                    print(decoder.text(chunk.bytes()));
                }
            } catch (ClientException notNow) {
                // The next event is the next try; what the task wrote is kept by the planner.
            }
        }

        void rest() {
            line.append(decoder.rest());
            if (line.length() > 0) {
                print("\n");
            }
        }

        private void print(String text) {
            synchronized (Show.this) {
                wipe();
                for (int i = 0; i < text.length(); i++) {
                    char letter = text.charAt(i);
                    if (letter == '\n' || line.length() >= LONGEST_LINE) {
                        terminal.out().println("  " + mark + plain(line.toString()));
                        line.setLength(0);
                    }
                    if (letter != '\n') {
                        line.append(letter);
                    }
                }
                terminal.out().flush();
                draw();
            }
        }
    }

    /** A line that cannot steer the terminal: colours are taken off, tabs kept as blanks. */
    static String plain(String line) {
        String last = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        String visible = last.substring(last.lastIndexOf('\r') + 1);
        return Terminal.harmless(
                visible.replaceAll("\u001b\\[[0-9;?]*[ -/]*[@-~]", "").replace("\t", "    "));
    }
}
