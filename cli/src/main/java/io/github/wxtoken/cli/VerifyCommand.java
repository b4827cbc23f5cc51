package io.github.wxtoken.cli;

import io.github.wxtoken.store.TokenStore;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says whether two stores are equal, or how they differ. */
@Command(
    name = "verify",
    header = "Says whether two stores are equal, or how they differ.",
    description =
        "Compares two stores token by token. The first differences are shown by their openids, and all"
            + " are counted. While both are in use, tokens that were just refreshed differ. One side may"
            + " be a file of JSON lines (jsonl:FILE), as copy writes it.",
    headerHeading = "",
    descriptionHeading = "%n",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private FromOption from = new FromOption();
  @Mixin private ToOption to = new ToOption();

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "32",
      description = "Readers at a time. Default: ${DEFAULT-VALUE}.")
  private int threads;

  VerifyCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Options.requireThreads(threads);
    StoreAddress first = from.address(session.terminal());
    StoreAddress second = to.address(session.terminal());
    if (first.isLines() && second.isLines()) {
      throw CliException.usage(
          "cannot compare", "both sides are files of lines", "Name a store on one side");
    }
    if (first.isLines()) {
      from.refuseView(session.terminal(), "a file of lines");
      return lines(first.lines(), second, false);
    }
    if (second.isLines()) {
      to.refuseView(session.terminal(), "a file of lines");
      return lines(second.lines(), first, true);
    }
    return stores(first, second);
  }

  private int stores(StoreAddress first, StoreAddress second) {
    try (TokenStore one = first.open(threads);
        TokenStore two = second.open(threads)) {
      say(one.description(), two.description());
      StoreSource firstSource = StoreSource.of(one, first, session);
      StoreSource secondSource = StoreSource.of(two, second, session);
      Comparison comparison = new Comparison(session, threads);
      if (firstSource.isOrdered() && secondSource.isOrdered()) {
        comparison.sideBySide(firstSource, secondSource);
      } else {
        comparison.forward(firstSource, two, openid -> {});
        if (!session.interrupt().isRequested()) {
          comparison.backward(secondSource, firstSource::contains);
        }
      }
      return report(comparison, "the stores are equal");
    }
  }

  /** Walks over the lines first: they cannot be searched. Their openids stay in memory. */
  private int lines(Path file, StoreAddress address, boolean storeIsFirst) {
    try (TokenSource lines = JsonLinesSource.open(file, null);
        TokenStore store = address.open(threads)) {
      say(
          storeIsFirst ? store.description() : lines.description(),
          storeIsFirst ? lines.description() : store.description());
      Set<String> seen = new HashSet<>();
      Comparison comparison = new Comparison(session, threads, storeIsFirst);
      comparison.forward(lines, store, seen::add);
      if (!session.interrupt().isRequested()) {
        comparison.backward(StoreSource.of(store, address, session), seen::contains);
      }
      return report(comparison, "the file and the store are equal");
    }
  }

  private void say(String first, String second) {
    session.terminal().say("first: " + first);
    session.terminal().say("second: " + second);
  }

  private int report(Comparison comparison, String equal) {
    int code = comparison.report();
    if (code == ExitCode.OK) {
      session.terminal().print(equal);
    }
    return code;
  }
}
