package io.github.wxtoken.cli;

import io.github.wxtoken.store.TokenStore;
import java.util.OptionalLong;
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
            + " are counted. While both are in use, tokens that were just refreshed differ.",
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
    try (TokenStore one = first.open(threads);
        TokenStore two = second.open(threads)) {
      session.terminal().say("first: " + one.description());
      session.terminal().say("second: " + two.description());
      Comparison comparison = new Comparison(session, threads, OptionalLong.empty());
      Patience patience = new Patience(session.interrupt(), Patience.USUAL);
      comparison.forward(new StoreSource(one, first.identity(), first.isOrdered(), patience), two);
      if (!session.interrupt().isRequested()) {
        comparison.backward(
            new StoreSource(two, second.identity(), second.isOrdered(), patience), one);
      }
      int code = comparison.report();
      if (code == ExitCode.OK) {
        session.terminal().print("the stores are equal");
      }
      return code;
    }
  }
}
