package org.planisphere.registry.harvest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AsideTest {
    @Test
    void everythingIsDoneOnceHoweverMuchItIs() throws Exception {
        try (Aside aside = new Aside()) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                int number = i;
                all.add(aside.done(() -> number, i % 7 == 0 ? 100_000 : 10));
            }
            for (int i = 0; i < 1000; i++) {
                assertThat(all.get(i).get(1, TimeUnit.MINUTES)).isEqualTo(i);
            }
        }
    }

    @Test
    void fewWaitAndWhoeverHandsOverMoreDoesItHimself() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (Aside aside = new Aside()) {
            Future<Thread> first = aside.done(
                    () -> {
                        begun.countDown();
                        go.await();
                        return Thread.currentThread();
                    },
                    10);
            assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
            List<Future<Thread>> waiting = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                waiting.add(aside.done(Thread::currentThread, 10));
            }
            assertThat(waiting).noneMatch(Future::isDone);
            assertThat(aside.done(Thread::currentThread, 10).get(1, TimeUnit.MINUTES))
                    .isEqualTo(Thread.currentThread());
            go.countDown();
            for (Future<Thread> one : waiting) {
                assertThat(one.get(1, TimeUnit.MINUTES)).isNotEqualTo(Thread.currentThread());
            }
            assertThat(first.get(1, TimeUnit.MINUTES)).isNotEqualTo(Thread.currentThread());
        }
    }

    @Test
    void aLargeRecordDoesNotWait() throws Exception {
        try (Aside aside = new Aside()) {
            assertThat(aside.done(Thread::currentThread, 200_000).get()).isEqualTo(Thread.currentThread());
        }
    }

    @Test
    void whoStillHandsOverAfterTheEndIsNotLeftWaiting() throws Exception {
        Aside aside = new Aside();
        Future<Integer> before = aside.done(() -> 1, 10);
        aside.close();
        assertThat(aside.done(() -> 2, 10).get(1, TimeUnit.MINUTES)).isEqualTo(2);
        assertThat(before.get(1, TimeUnit.MINUTES)).isEqualTo(1);
    }

    @Test
    void whatGoesWrongIsTheAskersAndNotTheWorkers() throws Exception {
        try (Aside aside = new Aside()) {
            Future<Integer> wrong = aside.done(
                    () -> {
                        throw new IllegalArgumentException("as it was asked");
                    },
                    10);
            assertThatThrownBy(() -> wrong.get(1, TimeUnit.MINUTES))
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("as it was asked");
            assertThat(aside.done(() -> 3, 10).get(1, TimeUnit.MINUTES)).isEqualTo(3);
        }
    }
}
