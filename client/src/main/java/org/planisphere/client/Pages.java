package org.planisphere.client;

import java.net.URI;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * All items of a list, page by page: a page is fetched when the one before it is used up. Each iteration starts anew. An
 * iterator is for one thread, and throws {@link ClientException} when a page cannot be had.
 */
public final class Pages<T> implements Iterable<T> {
    /** One page. */
    record Page<T>(List<T> items, @Nullable URI next) {}

    private final URI first;
    private final Function<URI, Page<T>> fetch;

    Pages(URI first, Function<URI, Page<T>> fetch) {
        this.first = first;
        this.fetch = fetch;
    }

    @Override
    public Iterator<T> iterator() {
        return new Walk();
    }

    /** The items as a stream, as lazy as the iteration. */
    public Stream<T> stream() {
        return StreamSupport.stream(spliterator(), false);
    }

    private final class Walk implements Iterator<T> {
        private final Set<URI> seen = new HashSet<>();
        private @Nullable URI next = first;
        private Iterator<T> page = List.<T>of().iterator();

        @Override
        public boolean hasNext() {
            while (!page.hasNext() && next != null) {
                URI here = next;
                if (!seen.add(here)) {
                    throw new BadAnswer(here, "is named as the next page a second time");
                }
                Page<T> fetched = fetch.apply(here);
                page = fetched.items().iterator();
                next = fetched.next();
            }
            return page.hasNext();
        }

        @Override
        public T next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return page.next();
        }
    }
}
