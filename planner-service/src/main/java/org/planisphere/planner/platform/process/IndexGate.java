package org.planisphere.planner.platform.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * The one way out of a build: a proxy for HTTP at a Unix socket in the build's folder, which connects to the hosts of the
 * index and to nothing else. The build itself has no network. Thread safe.
 */
final class IndexGate implements AutoCloseable {
    private static final int LONGEST_HEAD = 16 * 1024;
    private static final int AT_ONCE = 16;
    private static final int PIECE = 32 * 1024;
    private static final int PATIENCE = 30_000;
    /** How long nothing may come of an answer. */
    private static final int SILENCE = 120_000;

    private final Set<String> hosts;
    private final ServerSocketChannel gate;
    private final Semaphore room = new Semaphore(AT_ONCE);
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();

    /**
     * @param place of the socket; everybody who gets there may use it
     * @param hosts {@code host:port}, in lower case
     */
    IndexGate(Path place, Set<String> hosts) throws IOException {
        this.hosts = hosts;
        this.gate = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            bind(place);
            Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rw-rw-rw-"));
        } catch (IOException | RuntimeException e) {
            gate.close();
            throw e;
        }
        thread(this::listen, "index-gate");
    }

    /** A socket's path may not be long: it is named through a link with a short one. */
    private void bind(Path place) throws IOException {
        Path shorter = Files.createTempDirectory(
                "gate", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path link = shorter.resolve("f");
        try {
            Files.createSymbolicLink(link, place.toAbsolutePath().getParent());
            gate.bind(UnixDomainSocketAddress.of(link.resolve(place.getFileName())));
        } finally {
            Files.deleteIfExists(link);
            Files.deleteIfExists(shorter);
        }
    }

    private static void thread(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void listen() {
        try {
            while (true) {
                room.acquire();
                SocketChannel caller = gate.accept();
                open.add(caller);
                thread(() -> serve(caller), "index-call");
            }
        } catch (IOException closed) {
            // The build is over.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(SocketChannel caller) {
        try (caller) {
            String head = head(caller);
            String[] words =
                    head.substring(0, Math.max(0, head.indexOf("\r\n"))).split(" ");
            String to = words.length == 3 ? destination(words) : "";
            if (!hosts.contains(to)) {
                refuse(caller, "403 Forbidden");
                return;
            }
            try (Socket service = new Socket()) {
                open.add(service);
                try {
                    connect(service, to);
                } catch (IOException e) {
                    refuse(caller, "502 Bad Gateway");
                    return;
                }
                if (words[0].equals("CONNECT")) {
                    write(caller, "HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                } else {
                    service.getOutputStream().write(alone(head, words).getBytes(StandardCharsets.ISO_8859_1));
                }
                thread(() -> carry(caller, service), "index-call-out");
                byte[] some = new byte[PIECE];
                InputStream answer = service.getInputStream();
                for (int read = answer.read(some); read >= 0; read = answer.read(some)) {
                    write(caller, some, read);
                }
            } finally {
                open.removeIf(one -> one instanceof Socket socket && socket.isClosed());
            }
        } catch (IOException gone) {
            // One of both has gone.
        } finally {
            open.remove(caller);
            room.release();
        }
    }

    private static void connect(Socket service, String to) throws IOException {
        int colon = to.lastIndexOf(':');
        String host = to.substring(0, colon).replaceAll("[\\[\\]]", "");
        service.connect(new InetSocketAddress(host, Integer.parseInt(to.substring(colon + 1))), PATIENCE);
        service.setSoTimeout(SILENCE);
    }

    /** Java's streams of a channel let nobody write while another reads: it is read and written as it is. */
    private static void write(SocketChannel to, byte[] bytes, int length) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes, 0, length);
        while (left.hasRemaining()) {
            to.write(left);
        }
    }

    private static void write(SocketChannel to, byte[] bytes) throws IOException {
        write(to, bytes, bytes.length);
    }

    private static void carry(SocketChannel from, Socket to) {
        try {
            OutputStream out = to.getOutputStream();
            ByteBuffer some = ByteBuffer.allocate(PIECE);
            while (from.read(some.clear()) >= 0) {
                out.write(some.array(), 0, some.position());
            }
            to.shutdownOutput();
        } catch (IOException gone) {
            // Whoever reads the answer finds out.
        }
    }

    private static void refuse(SocketChannel caller, String status) throws IOException {
        write(
                caller,
                ("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    /** Byte by byte, so that nothing behind it is taken. */
    private static String head(SocketChannel in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        ByteBuffer one = ByteBuffer.allocate(1);
        int ends = 0;
        while (ends < 4) {
            if (in.read(one.clear()) < 0 || head.size() >= LONGEST_HEAD) {
                throw new IOException("no request");
            }
            int c = one.get(0);
            head.write(c);
            ends = c == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : c == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /** Where the request is to go, {@code host:port}; nothing that is allowed when it cannot be understood. */
    private static String destination(String[] words) {
        if (words[0].equals("CONNECT")) {
            return words[1].toLowerCase(Locale.ROOT);
        }
        try {
            URI address = new URI(words[1]);
            if (!"http".equalsIgnoreCase(address.getScheme()) || address.getHost() == null) {
                return "";
            }
            int port = address.getPort() > 0 ? address.getPort() : 80;
            return (address.getHost() + ":" + port).toLowerCase(Locale.ROOT);
        } catch (URISyntaxException e) {
            return "";
        }
    }

    /** The request as the server itself understands it, the only one of its connection. */
    private static String alone(String head, String[] words) {
        URI address = URI.create(words[1]);
        String path = address.getRawPath().isEmpty() ? "/" : address.getRawPath();
        StringBuilder text = new StringBuilder(words[0] + " " + path);
        text.append(address.getRawQuery() == null ? "" : "?" + address.getRawQuery())
                .append(" HTTP/1.1\r\n");
        String[] lines = head.split("\r\n");
        for (int i = 1; i < lines.length; i++) {
            String name = lines[i].toLowerCase(Locale.ROOT);
            if (!name.startsWith("connection:") && !name.startsWith("proxy-") && !name.startsWith("keep-alive:")) {
                text.append(lines[i]).append("\r\n");
            }
        }
        return text.append("Connection: close\r\n\r\n").toString();
    }

    @Override
    public void close() {
        try {
            gate.close();
        } catch (IOException e) {
            // Nobody comes through it any more either way.
        }
        for (AutoCloseable one : open) {
            try {
                one.close();
            } catch (Exception e) {
                // As above.
            }
        }
    }
}
