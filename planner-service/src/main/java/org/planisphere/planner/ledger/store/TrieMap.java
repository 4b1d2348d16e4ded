package org.planisphere.planner.ledger.store;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable hash map: every change makes a new one that shares almost everything with the old. A node has up to 32
 * places, found by five bits of the hash each level; keys whose hashes are equal share a chain.
 */
final class TrieMap<K, V> {
    private static final int BITS = 5;
    private static final int MASK = 31;

    private final @Nullable Object root;
    private final int size;

    private TrieMap(@Nullable Object root, int size) {
        this.root = root;
        this.size = size;
    }

    static <K, V> TrieMap<K, V> empty() {
        return new TrieMap<>(null, 0);
    }

    int size() {
        return size;
    }

    @SuppressWarnings("unchecked")
    @Nullable
    V get(K key) {
        Object at = root;
        int hash = hash(key);
        int rest = hash;
        while (at instanceof Node node) {
            int bit = 1 << (rest & MASK);
            if ((node.bitmap & bit) == 0) {
                return null;
            }
            at = node.places[Integer.bitCount(node.bitmap & (bit - 1))];
            rest >>>= BITS;
        }
        for (Leaf leaf = (Leaf) at; leaf != null; leaf = leaf.next) {
            if (leaf.hash == hash && leaf.key.equals(key)) {
                return (V) leaf.value;
            }
        }
        return null;
    }

    TrieMap<K, V> with(K key, V value) {
        int hash = hash(key);
        boolean known = get(key) != null;
        return new TrieMap<>(with(root, 0, hash, key, value), known ? size : size + 1);
    }

    TrieMap<K, V> without(K key) {
        return get(key) == null ? this : new TrieMap<>(without(root, 0, hash(key), key), size - 1);
    }

    /** In no particular order. */
    @SuppressWarnings("unchecked")
    void forEach(BiConsumer<K, V> each) {
        forEach(root, (BiConsumer<Object, Object>) (BiConsumer<?, ?>) each);
    }

    private static int hash(Object key) {
        int h = key.hashCode() * 0x9E3779B9;
        return h ^ (h >>> 16);
    }

    private static Object with(@Nullable Object at, int shift, int hash, Object key, Object value) {
        if (at == null) {
            return new Leaf(hash, key, value, null);
        }
        if (at instanceof Leaf leaf) {
            if (leaf.hash == hash) {
                return new Leaf(hash, key, value, without(leaf, key));
            }
            Node parent = new Node(1 << ((leaf.hash >>> shift) & MASK), new Object[] {leaf});
            return with(parent, shift, hash, key, value);
        }
        Node node = (Node) at;
        int bit = 1 << ((hash >>> shift) & MASK);
        int index = Integer.bitCount(node.bitmap & (bit - 1));
        if ((node.bitmap & bit) != 0) {
            Object[] places = node.places.clone();
            places[index] = with(places[index], shift + BITS, hash, key, value);
            return new Node(node.bitmap, places);
        }
        Object[] places = new Object[node.places.length + 1];
        System.arraycopy(node.places, 0, places, 0, index);
        places[index] = new Leaf(hash, key, value, null);
        System.arraycopy(node.places, index, places, index + 1, node.places.length - index);
        return new Node(node.bitmap | bit, places);
    }

    private static @Nullable Object without(@Nullable Object at, int shift, int hash, Object key) {
        if (at == null) {
            return null;
        }
        if (at instanceof Leaf leaf) {
            return without(leaf, key);
        }
        Node node = (Node) at;
        int bit = 1 << ((hash >>> shift) & MASK);
        if ((node.bitmap & bit) == 0) {
            return node;
        }
        int index = Integer.bitCount(node.bitmap & (bit - 1));
        Object left = without(node.places[index], shift + BITS, hash, key);
        if (left != null) {
            if (left instanceof Leaf && node.places.length == 1) {
                return left;
            }
            Object[] places = node.places.clone();
            places[index] = left;
            return new Node(node.bitmap, places);
        }
        if (node.places.length == 1) {
            return null;
        }
        if (node.places.length == 2 && node.places[1 - index] instanceof Leaf other) {
            return other;
        }
        Object[] places = new Object[node.places.length - 1];
        System.arraycopy(node.places, 0, places, 0, index);
        System.arraycopy(node.places, index + 1, places, index, places.length - index);
        return new Node(node.bitmap ^ bit, places);
    }

    private static @Nullable Leaf without(@Nullable Leaf chain, Object key) {
        if (chain == null) {
            return null;
        }
        if (chain.key.equals(key)) {
            return chain.next;
        }
        Leaf next = without(chain.next, key);
        return next == chain.next ? chain : new Leaf(chain.hash, chain.key, chain.value, next);
    }

    private static void forEach(@Nullable Object at, BiConsumer<Object, Object> each) {
        if (at instanceof Node node) {
            for (Object place : node.places) {
                forEach(place, each);
            }
        } else {
            for (Leaf leaf = (Leaf) at; leaf != null; leaf = leaf.next) {
                each.accept(leaf.key, leaf.value);
            }
        }
    }

    private static final class Node {
        final int bitmap;
        final Object[] places;

        Node(int bitmap, Object[] places) {
            this.bitmap = bitmap;
            this.places = places;
        }
    }

    private static final class Leaf {
        final int hash;
        final Object key;
        final Object value;
        final @Nullable Leaf next;

        Leaf(int hash, Object key, Object value, @Nullable Leaf next) {
            this.hash = hash;
            this.key = key;
            this.value = value;
            this.next = next;
        }
    }
}
