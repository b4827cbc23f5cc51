package io.github.wxtoken.cli;

import io.github.wxtoken.store.TokenStore;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One run of a copy: its workers, its counts, its state on the disk. */
final class CopyRun {
  private final Session session;
  private final TokenSource source;
  private final TokenStore target;
  private final TokenCopier copier;
  private final int threads;
  private final long rate;
  private final Patience patience;
  private final Complaints complaints;
  private final LongAdder refused = new LongAdder();
  private final Map<TokenCopier.Outcome, LongAdder> outcomes =
      new EnumMap<>(TokenCopier.Outcome.class);
  private long skipped;
  private final long start = System.nanoTime();
  private @Nullable String last;
  private @Nullable String leftover;

  CopyRun(
      Session session,
      TokenSource source,
      TokenStore target,
      TokenCopier copier,
      int threads,
      long rate) {
    this.session = session;
    this.source = source;
    this.target = target;
    this.copier = copier;
    this.threads = threads;
    this.rate = rate;
    this.patience = new Patience(session.interrupt(), Patience.USUAL);
    this.complaints = new Complaints(session.terminal());
    for (TokenCopier.Outcome outcome : TokenCopier.Outcome.values()) {
      outcomes.put(outcome, new LongAdder());
    }
  }

  /** Copies. What is done stays done, whatever ends it. */
  void run(@Nullable ResumeFile resume) {
    String after = resume == null ? null : resume.position();
    last = after;
    session.terminal().say("from " + source.description());
    session.terminal().say("to " + target.description());
    if (after != null) {
      session.terminal().say("goes on behind " + after);
    }
    try (Progress progress = new Progress(session.terminal(), "copied", source.size());
        Pipeline<TokenSource.Item> pipeline =
            new Pipeline<>(threads, session.interrupt(), new Pacer(rate));
        Stream<TokenSource.Item> items =
            source.items(after, count -> skip(count, progress), complaints::add)) {
      pipeline.runBatches(
          items.iterator(),
          batch -> copy(batch, pipeline, progress),
          item -> reached(item, resume));
    }
    if (resume == null) {
      return;
    }
    if (session.interrupt().isRequested()) {
      resume.writeNow(last, done());
    } else {
      leftover = resume.delete();
    }
  }

  private void reached(TokenSource.Item item, @Nullable ResumeFile resume) {
    if (resume != null && item.position() != null) {
      last = item.position();
      resume.reached(last, done());
    }
  }

  private void skip(long count, Progress progress) {
    skipped += count;
    progress.skip(count);
  }

  /** Returns whether all were copied. */
  private boolean copy(
      List<TokenSource.Item> batch, Pipeline<TokenSource.Item> pipeline, Progress progress) {
    Set<String> inserted = copier.insert(batch.stream().map(TokenSource.Item::token).toList());
    count(TokenCopier.Outcome.INSERTED).add(inserted.size());
    progress.add(inserted.size());
    int later = 0;
    for (TokenSource.Item item : batch) {
      if (!inserted.contains(item.token().openid())) {
        if (pipeline.isStopped()) {
          return false;
        }
        later += copy(item, progress) ? 1 : 0;
      }
    }
    copier.finished(batch.size(), inserted.size() + later);
    return true;
  }

  /** Returns whether the token was inserted. */
  private boolean copy(TokenSource.Item item, Progress progress) {
    boolean inserted = false;
    try {
      TokenCopier.Outcome outcome = patience.call(() -> copier.copy(item.token()));
      count(outcome).increment();
      inserted = outcome == TokenCopier.Outcome.INSERTED;
    } catch (TokenCopier.RefusedException e) {
      refused.increment();
      complaints.add(String.valueOf(e.getMessage()));
    }
    progress.add(1);
    return inserted;
  }

  private LongAdder count(TokenCopier.Outcome outcome) {
    return Objects.requireNonNull(outcomes.get(outcome));
  }

  private long done() {
    return outcomes.values().stream().mapToLong(LongAdder::sum).sum() + refused.sum();
  }

  /** Says what was done, and returns the exit code. */
  int report(boolean dryRun, @Nullable Path resume) {
    Terminal terminal = session.terminal();
    String would = dryRun ? "would be " : "";
    terminal.print(would + "inserted: " + text(TokenCopier.Outcome.INSERTED));
    terminal.print(would + "updated: " + text(TokenCopier.Outcome.UPDATED));
    terminal.print(
        "kept, since the target's is as late or later: " + text(TokenCopier.Outcome.KEPT));
    if (skipped > 0) {
      terminal.print("done by an earlier run: " + Progress.number(skipped));
    }
    if (complaints.count() > 0) {
      terminal.print("left out, see above: " + Progress.number(complaints.count()));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    terminal.say(
        "%,d tokens in %.1f s, %,d/s".formatted(done(), seconds, (long) (done() / seconds)));
    if (session.interrupt().isRequested()) {
      terminal.say(
          "interrupted: what is counted above is at the target. "
              + (resume == null || last == null
                  ? "Run the command again: it writes what is missing"
                  : "Run the same command again: it goes on from " + resume));
      return ExitCode.INTERRUPTED;
    }
    if (leftover != null) {
      terminal.say(leftover);
    }
    return complaints.count() > 0 || leftover != null ? ExitCode.ATTENTION : ExitCode.OK;
  }

  private String text(TokenCopier.Outcome outcome) {
    return Progress.number(count(outcome).sum());
  }
}
