package io.github.wxtoken.cli;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Counts the tokens of a store. */
@Command(
    name = "stats",
    header = "Counts the tokens by age, expiry, scope and app.",
    description =
        "Reads all tokens, and counts them by age, expiry, scope and app; sessions, the records of"
            + " apps, and records that cannot be read are counted apart. Without keys it counts the"
            + " tokens of an encrypted store by key, too: a key that has none can be dropped.",
    headerHeading = "",
    descriptionHeading = "%n",
    mixinStandardHelpOptions = true)
final class StatsCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private StoreOption store = new StoreOption();

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  StatsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Statistics statistics = new Statistics(System.currentTimeMillis());
    Complaints complaints = new Complaints(session.terminal());
    try (TokenStore opened = store.address(session.terminal()).open(1);
        Progress progress = new Progress(session.terminal(), "read", opened.approximateSize());
        Stream<OAuthToken> tokens =
            opened.tokens(
                corrupt -> {
                  statistics.addCorrupt();
                  complaints.add(String.valueOf(corrupt.getMessage()));
                })) {
      Iterator<OAuthToken> each = tokens.iterator();
      while (!session.interrupt().isRequested() && each.hasNext()) {
        statistics.add(each.next());
        progress.add(1);
      }
    }
    if (session.interrupt().isRequested()) {
      session
          .terminal()
          .say("interrupted: the figures are of the tokens that were read until then");
    }
    if (json) {
      session.terminal().print(statistics.toJson());
    } else {
      statistics.lines(session.terminal().columns()).forEach(session.terminal()::print);
    }
    return complaints.count() > 0 ? ExitCode.ATTENTION : ExitCode.OK;
  }
}
