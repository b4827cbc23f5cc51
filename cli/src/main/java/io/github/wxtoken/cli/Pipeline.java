package io.github.wxtoken.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads items on one thread and works on them on several, in batches. It knows up to which item all
 * are done, also if batches end in another order. For one run.
 *
 * @param <T> an item
 */
final class Pipeline<T> implements AutoCloseable {
  private static final int BATCH = 64;
  private static final int BATCHES_PER_THREAD = 2;
  private static final long GRACE_SECONDS = 10;

  private final Interrupt interrupt;
  private final Pacer pacer;
  private final int mostPending;
  private final ExecutorService workers;
  private final Deque<Batch<T>> pending = new ArrayDeque<>();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

  /** Items that one worker works on, and whether it has done all of them. */
  private record Batch<T>(List<T> items, Future<Boolean> done) {}

  Pipeline(int threads, Interrupt interrupt, Pacer pacer) {
    this.interrupt = interrupt;
    this.pacer = pacer;
    this.mostPending = threads * BATCHES_PER_THREAD;
    this.workers = Executors.newFixedThreadPool(threads, Pipeline::worker);
  }

  private static Thread worker(Runnable task) {
    Thread thread = new Thread(task, "wxtoken-worker");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Works on all items, or on those until Ctrl-C.
   *
   * @param items the items
   * @param task works on one of them, on a worker's thread
   * @param checkpoint is told, on this thread, of the last item up to which all are done
   * @throws RuntimeException what a task throws first; what is under way is finished before
   */
  void run(Iterator<T> items, Consumer<T> task, Consumer<T> checkpoint) {
    runBatches(items, batch -> each(batch, task), checkpoint);
  }

  /**
   * Works on all items, or on those until Ctrl-C, several at a time.
   *
   * @param items the items
   * @param task works on some of them, on a worker's thread; it returns whether it has done all of
   *     them, and may leave the rest once the pipeline {@link #isStopped}
   * @param checkpoint is told, on this thread, of the last item up to which all are done
   * @throws RuntimeException what a task throws first; what is under way is finished before
   */
  void runBatches(Iterator<T> items, Predicate<List<T>> task, Consumer<T> checkpoint) {
    try {
      while (!isStopped() && items.hasNext()) {
        submit(batch(items), task);
        settle(mostPending, checkpoint);
      }
    } finally {
      settle(0, checkpoint);
    }
    RuntimeException first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  /** Tells whether no more is to be done: after Ctrl-C, and after a task has failed. */
  boolean isStopped() {
    return interrupt.isRequested() || failure.get() != null;
  }

  private List<T> batch(Iterator<T> items) {
    int size = pacer.batch(BATCH);
    List<T> batch = new ArrayList<>(size);
    while (batch.size() < size && !interrupt.isRequested() && items.hasNext()) {
      batch.add(items.next());
    }
    pacer.pass(batch.size());
    return batch;
  }

  private void submit(List<T> items, Predicate<List<T>> task) {
    pending.add(new Batch<>(items, workers.submit(() -> work(items, task))));
  }

  private boolean each(List<T> items, Consumer<T> task) {
    for (T item : items) {
      if (isStopped()) {
        return false;
      }
      task.accept(item);
    }
    return true;
  }

  /** Returns whether all were done. */
  private boolean work(List<T> items, Predicate<List<T>> task) {
    try {
      return !isStopped() && task.test(items);
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
      return false;
    }
  }

  /** Waits until at most so many batches are under way, and tells how far all are done. */
  private void settle(int most, Consumer<T> checkpoint) {
    @Nullable T last = null;
    boolean complete = true;
    while (complete && !pending.isEmpty() && (pending.size() > most || head().done().isDone())) {
      Batch<T> batch = head();
      complete = await(batch);
      if (complete) {
        pending.remove();
        last = batch.items().isEmpty() ? last : batch.items().get(batch.items().size() - 1);
      }
    }
    if (last != null) {
      checkpoint.accept(last);
    }
    if (!complete) {
      // An item behind a gap does not count as done. The next run repeats it, which changes
      // nothing.
      pending.forEach(this::await);
      pending.clear();
    }
  }

  private Batch<T> head() {
    return pending.element();
  }

  private boolean await(Batch<T> batch) {
    try {
      return batch.done().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("a worker ended", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      interrupt.request();
      return false;
    }
  }

  @Override
  public void close() {
    workers.shutdown();
    try {
      boolean unused = workers.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
