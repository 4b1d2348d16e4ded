package org.planisphere.planner.staging;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A file that is being fetched: counts, sums up and keeps to the room while it is written. It may be begun again, and
 * gone on with after a break. Not thread safe.
 */
public final class Intake extends OutputStream {
    private final FileChannel file;
    private final Transfer transfer;
    private final String what;
    private final List<Checksum> expected = new ArrayList<>();
    private final Map<String, Checksum.Sum> sums = new TreeMap<>();
    private long size;
    private long all = -1;

    /**
     * @param target made; must not be there
     * @param what words for it, in what is told of its progress
     */
    public Intake(Path target, Transfer transfer, String what, Optional<Checksum> checksum) throws IOException {
        this.file = FileChannel.open(
                target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ);
        this.transfer = transfer;
        this.what = what;
        checksum.ifPresent(expected::add);
        restart();
    }

    /** Also expects that of its bytes; to be said before the first of them. */
    public void expect(Optional<Checksum> checksum) {
        if (size == 0 && checksum.isPresent() && !expected.contains(checksum.get())) {
            expected.add(checksum.get());
            sums.computeIfAbsent(checksum.get().type(), Checksum::sum);
        }
    }

    /** How many bytes are to come in all, for who is told of the progress. */
    public void of(long all) throws IOException {
        this.all = all;
        if (all > size) {
            transfer.foresee(all - size);
        }
    }

    /** Forgets what came so far. */
    public void restart() throws IOException {
        file.truncate(0);
        file.position(0);
        transfer.giveBack(size);
        size = 0;
        sums.clear();
        sums.put("sha256", Checksum.sum("sha256"));
        expected.forEach(one -> sums.computeIfAbsent(one.type(), Checksum::sum));
    }

    /** Bytes so far. */
    public long size() {
        return size;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        transfer.take(count);
        ByteBuffer buffer = ByteBuffer.wrap(bytes, from, count);
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
        sums.values().forEach(sum -> sum.add(bytes, from, count));
        if (all > 0) {
            transfer.quarter(what, size, size + count, all);
        }
        size += count;
    }

    /** Takes up bytes that somebody has written into the file behind those that came so far, and has taken room for. */
    void adopt(long count) throws IOException {
        byte[] bytes = new byte[1 << 16];
        long until = size + count;
        while (size < until) {
            int wanted = (int) Math.min(bytes.length, until - size);
            int had = file.read(ByteBuffer.wrap(bytes, 0, wanted), size);
            if (had < 0) {
                throw new IOException("the file is shorter than what was written into it");
            }
            sums.values().forEach(sum -> sum.add(bytes, 0, had));
            transfer.quarter(what, size, size + had, all);
            size += had;
        }
        file.position(size);
    }

    /** Gives up what somebody has written into the file and was not taken up. */
    void cut() throws IOException {
        file.truncate(size);
        file.position(size);
    }

    /** Takes everything of a stream. */
    public void all(InputStream in) throws IOException {
        in.transferTo(this);
    }

    /**
     * All is there.
     *
     * @throws IOException when it does not sum up to what was expected
     */
    public Staged done() throws IOException {
        Map<String, String> is = new TreeMap<>();
        sums.forEach((type, sum) -> is.put(type, sum.hex()));
        for (Checksum one : expected) {
            if (!one.value().equals(is.get(one.type()))) {
                throw new IOException("its checksum is not the one it should have: " + one.type() + " "
                        + is.get(one.type()) + " instead of " + one.value());
            }
        }
        return new Staged(size, String.valueOf(is.get("sha256")));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
