package io.github.wxtoken.cli;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Deletes the tokens of users whose access token expired long ago. */
@Command(
    name = "purge",
    header = "Deletes tokens that expired long ago.",
    description = {
      "Deletes the tokens of users whose access token expired that long ago, and sessions that are that"
          + " old. A token that is refreshed meanwhile stays: each is compared and deleted in one step.",
      "",
      "A refresh token lives 30 days from the sign-in, that of a mobile app 180 days. Less than 30 days"
          + " are refused; with mobile apps in the store use at least 180d."
    },
    headerHeading = "",
    descriptionHeading = "%n",
    mixinStandardHelpOptions = true)
final class PurgeCommand implements Callable<Integer> {
  /** How long a refresh token lives at least (docs/wechat-protocol.md#code-exchange). */
  private static final Duration LEAST = Duration.ofDays(30);

  private final Session session;

  @Mixin private StoreOption store = new StoreOption();

  @Option(
      names = "--expired-for",
      required = true,
      paramLabel = "90d",
      converter = Durations.class,
      description = "How long ago the access token expired, in days or hours.")
  private Duration expiredFor = LEAST;

  @Option(names = "--dry-run", description = "Deletes nothing, and counts.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Does not ask.")
  private boolean yes;

  @Option(names = "--rate", paramLabel = "N", description = "Reads at most N tokens a second.")
  private long rate;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "8",
      description = "Writers at a time. Default: ${DEFAULT-VALUE}.")
  private int threads;

  PurgeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Options.requireThreads(threads);
    Options.requireRate(rate);
    if (expiredFor.compareTo(LEAST) < 0) {
      throw CliException.usage(
          "cannot use --expired-for",
          "refresh tokens live for 30 days, so these users could still be signed in",
          "Give at least 30d, or at least 180d with mobile apps");
    }
    try (TokenStore opened = store.address(session.terminal()).open(threads)) {
      if (!dryRun) {
        Confirmation.require(session, yes, "delete expired tokens of " + opened.description());
      }
      return purge(opened);
    }
  }

  private int purge(TokenStore opened) {
    long before = System.currentTimeMillis() - expiredFor.toMillis();
    LongAdder kept = new LongAdder();
    LongAdder deleted = new LongAdder();
    LongAdder changed = new LongAdder();
    Complaints complaints = new Complaints(session.terminal());
    Patience patience = new Patience(session.interrupt(), Patience.USUAL);
    try (Progress progress = new Progress(session.terminal(), "read", opened.approximateSize());
        Pipeline<OAuthToken> pipeline =
            new Pipeline<>(threads, session.interrupt(), new Pacer(rate));
        Stream<OAuthToken> tokens =
            opened.tokens(corrupt -> complaints.add(String.valueOf(corrupt.getMessage())))) {
      Iterator<OAuthToken> each = tokens.peek(token -> progress.add(1)).iterator();
      pipeline.run(
          each,
          token -> {
            if (!isExpired(token, before)) {
              kept.increment();
            } else if (dryRun || patience.call(() -> opened.deleteToken(token.openid(), token))) {
              deleted.increment();
            } else {
              changed.increment();
            }
          },
          token -> {});
    }
    report(kept.sum(), deleted.sum(), changed.sum());
    if (complaints.count() > 0) {
      session
          .terminal()
          .print("kept, since they cannot be read: " + Progress.number(complaints.count()));
    }
    return complaints.count() > 0 ? ExitCode.ATTENTION : ExitCode.OK;
  }

  /** The record of an app is refreshed under its key, and never piles up. */
  static boolean isExpired(OAuthToken token, long before) {
    return TokenStores.isUser(token)
        && Math.max(token.createAt(), token.expiresAt().toEpochMilli()) < before;
  }

  private void report(long kept, long deleted, long changed) {
    session
        .terminal()
        .print((dryRun ? "would be deleted: " : "deleted: ") + Progress.number(deleted));
    session.terminal().print("kept: " + Progress.number(kept));
    if (changed > 0) {
      session.terminal().print("changed or deleted meanwhile: " + Progress.number(changed));
    }
    if (session.interrupt().isRequested()) {
      session.terminal().say("interrupted: run the command again for the rest");
    }
  }
}
