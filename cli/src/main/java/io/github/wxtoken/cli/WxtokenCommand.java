package io.github.wxtoken.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program: its global options. Without a command it shows the help. */
@Command(
    name = "wxtoken",
    description =
        "Looks after the tokens of WeChat users in MySQL, MariaDB, PostgreSQL, SQLite, Redis,"
            + " MongoDB or files.",
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done; doctor: healthy; verify: equal",
      "1:done, and something needs attention: warnings, differences, records that were left out",
      "2:not done: the store or a file cannot be used, or you said no; doctor: broken",
      "64:the command line is wrong",
      "70:a defect of wxtoken",
      "130:Ctrl-C; what was done is kept"
    },
    footerHeading = "%nStores:%n",
    footer = {
      "  --store URL         other users of this machine see it in ps",
      "  --store-file FILE   a file whose first line is the URL",
      "  WXTOKEN_STORE=URL   in the environment, if neither is given",
      "  A URL is that of the application, with its wxtoken.* options:",
      "  file:DIR, jdbc:sqlite:FILE,",
      "  jdbc:mysql://HOST/DATABASE?user=USER&password=PASSWORD, also",
      "  jdbc:mariadb: and jdbc:postgresql:,",
      "  redis://:PASSWORD@HOST, also rediss:, redis-sentinel: and",
      "  redis-cluster:, mongodb://USER:PASSWORD@HOST/DATABASE, mongodb+srv:",
      "",
      "Encrypted stores:",
      "  --key-file FILE     ID:BASE64 a line, primary key first",
      "  WXTOKEN_KEYS=...    the same, separated by commas",
      "",
      "Example:",
      "  wxtoken doctor --store-file store.url"
    })
final class WxtokenCommand implements Callable<Integer> {
  private final Session session;

  @Spec private CommandSpec spec = CommandSpec.create();

  WxtokenCommand(Session session) {
    this.session = session;
  }

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description =
          "Shows more: infos of wxtoken, warnings of drivers, and where a failure comes from.")
  void setVerbose(boolean verbose) {
    session.terminal().setVerbose(verbose);
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    session.terminal().say("");
    session.terminal().say("wxtoken: no command was given. Begin with: wxtoken doctor --store URL");
    return ExitCode.USAGE;
  }
}
