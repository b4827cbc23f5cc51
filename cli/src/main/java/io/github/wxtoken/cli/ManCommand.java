package io.github.wxtoken.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;

/** Prints the manual page: the help of every command, as a man page. */
@Command(
    name = "man",
    header = "Prints the manual page.",
    description = "Prints the manual page: wxtoken man > wxtoken.1 && man ./wxtoken.1",
    headerHeading = "",
    descriptionHeading = "%n",
    mixinStandardHelpOptions = true)
final class ManCommand implements Callable<Integer> {
  private final Session session;

  ManCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    CommandLine all = Cli.commandLine(session);
    StringBuilder page = new StringBuilder(".TH WXTOKEN 1\n.SH NAME\n");
    page.append("wxtoken \\- looks after the tokens of WeChat users\n");
    section(page, "SYNOPSIS AND OPTIONS", all);
    all.getSubcommands()
        .forEach(
            (name, command) -> section(page, "WXTOKEN " + name.toUpperCase(Locale.ROOT), command));
    session.terminal().print(page.toString().strip());
    return ExitCode.OK;
  }

  /** The text of the help as it is, without filling lines. */
  private static void section(StringBuilder page, String title, CommandLine command) {
    String help = command.getUsageMessage(Help.Ansi.OFF);
    page.append(".SH ").append(title).append("\n.nf\n");
    for (String line : help.split("\r?\n", -1)) {
      String escaped = line.replace("\\", "\\\\").replace("-", "\\-");
      // A line that begins with one of these would be a request.
      page.append(escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" : "")
          .append(escaped)
          .append('\n');
    }
    page.append(".fi\n");
  }
}
