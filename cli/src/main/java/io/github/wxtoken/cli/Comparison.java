package io.github.wxtoken.cli;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStore;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringJoiner;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Compares the tokens of a source with those of a store, one by one. */
final class Comparison {
  private final Session session;
  private final int threads;
  private final OptionalLong total;
  private final Patience patience;
  private final Complaints complaints;
  private final LongAdder encrypted = new LongAdder();
  private final Map<Difference, LongAdder> counts = new EnumMap<>(Difference.class);

  /** How a token of the first side stands to that of the second. */
  enum Difference {
    EQUAL("equal"),
    MISSING("only in the first"),
    EXTRA("only in the second"),
    OLDER("older in the second"),
    NEWER("newer in the second"),
    OTHER("as late, but different"),
    UNREADABLE("cannot be read");

    private final String text;

    Difference(String text) {
      this.text = text;
    }
  }

  Comparison(Session session, int threads, OptionalLong total) {
    this.session = session;
    this.threads = threads;
    this.total = total;
    this.patience = new Patience(session.interrupt(), Patience.USUAL);
    this.complaints = new Complaints(session.terminal());
    for (Difference difference : Difference.values()) {
      counts.put(difference, new LongAdder());
    }
  }

  /** Looks for each token of the first side in the second. */
  void forward(TokenSource first, TokenStore second) {
    try (Progress progress =
            new Progress(session.terminal(), "compared", total.isPresent() ? total : first.size());
        Stream<TokenSource.Item> items =
            first.items(null, skipped -> {}, problem -> unreadable(problem))) {
      each(items.iterator(), item -> compare(item.token(), second), progress);
    }
  }

  /** Looks for tokens that only the second side has. */
  void backward(TokenSource second, TokenStore first) {
    try (Progress progress = new Progress(session.terminal(), "looked up", second.size());
        Stream<TokenSource.Item> items =
            second.items(null, skipped -> {}, problem -> unreadable(problem))) {
      each(items.iterator(), item -> lookUp(item.token(), first), progress);
    }
  }

  private void each(
      Iterator<TokenSource.Item> items, Consumer<TokenSource.Item> task, Progress progress) {
    try (Pipeline<TokenSource.Item> pipeline =
        new Pipeline<>(threads, session.interrupt(), new Pacer(0))) {
      pipeline.run(
          items,
          item -> {
            task.accept(item);
            progress.add(1);
          },
          item -> {});
    }
  }

  private void compare(OAuthToken first, TokenStore store) {
    try {
      Optional<OAuthToken> second = patience.call(() -> store.getToken(first.openid()));
      found(
          second.map(token -> difference(first, token)).orElse(Difference.MISSING), first.openid());
      if (TokenCopier.isEncrypted(first) && second.filter(TokenCopier::isEncrypted).isPresent()) {
        encrypted.increment();
      }
    } catch (CorruptTokenException e) {
      unreadable(String.valueOf(e.getMessage()));
    }
  }

  private void lookUp(OAuthToken second, TokenStore first) {
    try {
      if (patience.call(() -> first.getToken(second.openid())).isEmpty()) {
        found(Difference.EXTRA, second.openid());
      }
    } catch (CorruptTokenException e) {
      // Counted by the walk over the first side.
    }
  }

  private static Difference difference(OAuthToken first, OAuthToken second) {
    if (first.equals(second)) {
      return Difference.EQUAL;
    }
    int order = Long.compare(second.createAt(), first.createAt());
    return order == 0 ? Difference.OTHER : order < 0 ? Difference.OLDER : Difference.NEWER;
  }

  private void found(Difference difference, String openid) {
    count(difference).increment();
    if (difference != Difference.EQUAL) {
      complaints.add(openid + ": " + difference.text);
    }
  }

  private void unreadable(String problem) {
    count(Difference.UNREADABLE).increment();
    complaints.add(problem);
  }

  private LongAdder count(Difference difference) {
    return Objects.requireNonNull(counts.get(difference));
  }

  private long sum(Difference... differences) {
    long sum = 0;
    for (Difference difference : differences) {
      sum += count(difference).sum();
    }
    return sum;
  }

  /** Says how the sides differ; the exit code is that of {@code verify}. */
  int report() {
    if (encrypted.sum() > 0 && sum(Difference.OTHER) > 0) {
      session
          .terminal()
          .say(
              "both sides are encrypted, and the same token has another ciphertext in each. To compare"
                  + " tokens, give the keys: --from-key-file and --to-key-file");
    }
    for (Difference difference : Difference.values()) {
      if (difference == Difference.EQUAL || sum(difference) > 0) {
        session.terminal().print(difference.text + ": " + Progress.number(sum(difference)));
      }
    }
    if (session.interrupt().isRequested()) {
      session.terminal().say("interrupted: the rest was not compared. Run the command again");
      return ExitCode.INTERRUPTED;
    }
    return complaints.count() == 0 ? ExitCode.OK : ExitCode.ATTENTION;
  }

  /** Says whether a copy is complete: what is newer at the target is right. */
  int reportForward() {
    long lacking =
        sum(Difference.MISSING, Difference.OLDER, Difference.OTHER, Difference.UNREADABLE);
    StringJoiner counted = new StringJoiner(", ", "verified: ", "");
    for (Difference difference : Difference.values()) {
      if (difference == Difference.EQUAL || sum(difference) > 0) {
        counted.add(Progress.number(sum(difference)) + " " + difference.text);
      }
    }
    session.terminal().print(counted.toString());
    if (session.interrupt().isRequested()) {
      return ExitCode.INTERRUPTED;
    }
    if (sum(Difference.OTHER) > 0) {
      session
          .terminal()
          .say(
              "the target keeps other values of some tokens. Run: wxtoken doctor, which says whether"
                  + " it lacks columns");
    }
    if (lacking > sum(Difference.OTHER)) {
      session
          .terminal()
          .say("the source has changed meanwhile, or records cannot be copied. Run the copy again");
    }
    return lacking == 0 ? ExitCode.OK : ExitCode.ATTENTION;
  }
}
