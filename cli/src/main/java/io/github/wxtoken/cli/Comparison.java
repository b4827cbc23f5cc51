package io.github.wxtoken.cli;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStore;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Compares the tokens of a source with those of a store, one by one. */
final class Comparison {
  private final Session session;
  private final int threads;
  private final boolean swapped;
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

    /** Returns how the token of the second side stands to that of the first. */
    Difference swapped() {
      return switch (this) {
        case MISSING -> EXTRA;
        case EXTRA -> MISSING;
        case OLDER -> NEWER;
        case NEWER -> OLDER;
        case EQUAL, OTHER, UNREADABLE -> this;
      };
    }
  }

  Comparison(Session session, int threads) {
    this(session, threads, false);
  }

  /**
   * Starts a comparison.
   *
   * @param swapped whether the user calls first what is second here
   */
  Comparison(Session session, int threads, boolean swapped) {
    this.session = session;
    this.threads = threads;
    this.swapped = swapped;
    this.patience = new Patience(session.interrupt(), Patience.USUAL);
    this.complaints = new Complaints(session.terminal());
    for (Difference difference : Difference.values()) {
      counts.put(difference, new LongAdder());
    }
  }

  /**
   * Looks for each token of the first side in the second.
   *
   * @param seen receives the openid of each, on the caller's thread
   */
  void forward(TokenSource first, TokenStore second, Consumer<String> seen) {
    try (Progress progress = new Progress(session.terminal(), "compared", first.size());
        Stream<TokenSource.Item> items =
            first
                .items(null, skipped -> {}, problem -> unreadable(problem))
                .peek(item -> seen.accept(item.token().openid()))) {
      each(items.iterator(), item -> compareOrReport(item.token(), second), progress);
    }
  }

  /**
   * Looks for tokens that only the second side has.
   *
   * @param isInFirst tells whether the first side has a token of an openid
   */
  void backward(TokenSource second, Predicate<String> isInFirst) {
    try (Progress progress = new Progress(session.terminal(), "looked up", second.size());
        Stream<TokenSource.Item> items =
            second.items(null, skipped -> {}, problem -> unreadable(problem))) {
      each(items.iterator(), item -> lookUp(item.token().openid(), isInFirst), progress);
    }
  }

  /**
   * Compares two stores in one walk over both, which return their tokens in the order of the
   * openids. Tokens that seem to differ are read once more, one by one.
   */
  void sideBySide(StoreSource first, StoreSource second) {
    try (Progress progress = new Progress(session.terminal(), "compared", first.size());
        Stream<TokenSource.Item> firsts =
            first.items(null, skipped -> {}, problem -> unreadable(problem));
        Stream<TokenSource.Item> seconds =
            second.items(null, skipped -> {}, problem -> unreadable(problem))) {
      Stream<SideBySide.Pair> differing =
          SideBySide.stream(firsts, seconds)
              .takeWhile(pair -> !session.interrupt().isRequested())
              .filter(pair -> !countIfEqual(pair, progress));
      each(differing.iterator(), pair -> readAgain(pair, first, second), progress);
    }
  }

  private boolean countIfEqual(SideBySide.Pair pair, Progress progress) {
    if (pair.isEqual()) {
      count(Difference.EQUAL).increment();
      progress.add(1);
    }
    return pair.isEqual();
  }

  private void readAgain(SideBySide.Pair pair, StoreSource first, StoreSource second) {
    OAuthToken token = pair.first();
    if (token == null) {
      lookUp(Objects.requireNonNull(pair.second()).openid(), first::contains);
      return;
    }
    try {
      compare(token, second.store());
    } catch (CorruptTokenException e) {
      // Counted by the walk.
    }
  }

  private <T> void each(Iterator<T> items, Consumer<T> task, Progress progress) {
    try (Pipeline<T> pipeline = new Pipeline<>(threads, session.interrupt(), new Pacer(0))) {
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
    Optional<OAuthToken> second = patience.call(() -> store.getToken(first.openid()));
    found(second.map(token -> difference(first, token)).orElse(Difference.MISSING), first.openid());
    if (TokenCopier.isEncrypted(first) && second.filter(TokenCopier::isEncrypted).isPresent()) {
      encrypted.increment();
    }
  }

  private void compareOrReport(OAuthToken first, TokenStore store) {
    try {
      compare(first, store);
    } catch (CorruptTokenException e) {
      unreadable(String.valueOf(e.getMessage()));
    }
  }

  private void lookUp(String openid, Predicate<String> isInFirst) {
    try {
      if (!patience.call(() -> isInFirst.test(openid))) {
        found(Difference.EXTRA, openid);
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

  private void found(Difference found, String openid) {
    Difference difference = swapped ? found.swapped() : found;
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
