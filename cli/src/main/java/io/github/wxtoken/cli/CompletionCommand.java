package io.github.wxtoken.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** Prints a completion script. */
@Command(
    name = "completion",
    header = "Prints a completion script for bash and zsh.",
    description = {
      "Prints a completion script for bash and zsh. With an alias it is used so:",
      "",
      "  alias wxtoken='java -jar /opt/wxtoken-cli.jar'",
      "  source <(wxtoken completion)"
    },
    headerHeading = "",
    descriptionHeading = "%n",
    mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
  private final Session session;

  CompletionCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    session.terminal().print(AutoComplete.bash("wxtoken", Cli.commandLine(session)));
    return ExitCode.OK;
  }
}
