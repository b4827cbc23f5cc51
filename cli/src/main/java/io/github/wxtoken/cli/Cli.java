package io.github.wxtoken.cli;

import io.github.wxtoken.WeChatOAuthException;
import io.github.wxtoken.store.RedactedException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs one command line: parses it, executes its command, and turns a failure into a message. */
final class Cli {
  private static final int WIDEST_HELP = 100;
  private static final int NARROWEST_HELP = 55;

  /** Matches a URL, which may carry a password, with the rest of a quoted message. */
  private static final Pattern URL = Pattern.compile("([A-Za-z][A-Za-z0-9+.:-]*:)[^\\s]+");

  private final Session session;
  private final String[] args;

  private Cli(Session session, String[] args) {
    this.session = session;
    this.args = args;
  }

  /** Returns the exit code. Nothing is thrown. */
  static int run(Session session, String... args) {
    return new Cli(session, args).run();
  }

  private int run() {
    CommandLine line = commandLine(session);
    line.setExecutionExceptionHandler((e, command, parsed) -> report(e));
    line.setParameterExceptionHandler((e, values) -> report(e));
    try (CliLog.Closing shown =
        CliLog.receive(text -> session.terminal().say("warning: " + text))) {
      int code = execute(line);
      if (session.terminal().hasFailed()) {
        session.terminal().say("cannot write the result: the standard output is closed or full");
        return ExitCode.FAILED;
      }
      return session.interrupt().isRequested() ? ExitCode.INTERRUPTED : code;
    }
  }

  /**
   * Picocli reports no errors: the JVM would print a stack, and end with the code for a warning.
   */
  private int execute(CommandLine line) {
    try {
      return line.execute(args);
    } catch (OutOfMemoryError e) {
      long megabytes = Runtime.getRuntime().maxMemory() >> 20;
      return failed(
          ("the memory of %d MB is too small. What was done stays done. Run the command again with"
                  + " more: java -Xmx%dm -jar wxtoken-cli.jar ...")
              .formatted(megabytes, 4 * megabytes),
          ExitCode.FAILED);
    } catch (Error e) {
      return report(e);
    }
  }

  /** Returns all commands. */
  static CommandLine commandLine(Session session) {
    CommandLine line = new CommandLine(new WxtokenCommand(session));
    line.addSubcommand(new DoctorCommand(session))
        .addSubcommand(new StatsCommand(session))
        .addSubcommand(new ShowCommand(session))
        .addSubcommand(new DeleteCommand(session))
        .addSubcommand(new CopyCommand(session))
        .addSubcommand(new VerifyCommand(session))
        .addSubcommand(new PurgeCommand(session))
        .addSubcommand(new ReencryptCommand(session))
        .addSubcommand(new SchemaCommand(session))
        .addSubcommand(new CompletionCommand(session))
        .addSubcommand(new ManCommand(session))
        .addSubcommand(new CommandLine.HelpCommand());
    // A value that begins with @ is a value and no file.
    line.setExpandAtFiles(false);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    line.setUsageHelpWidth(
        Math.max(NARROWEST_HELP, Math.min(WIDEST_HELP, session.terminal().columns())));
    line.setOut(writer(session.terminal()::print));
    line.setErr(writer(session.terminal()::say));
    return line;
  }

  private static PrintWriter writer(Consumer<String> lines) {
    return new PrintWriter(new LineWriter(lines), true);
  }

  private int report(Throwable e) {
    if (session.terminal().isVerbose()) {
      showStack(e);
    }
    if (e instanceof ParameterException wrong) {
      return reportUsage(wrong);
    }
    if (e instanceof CliException ours) {
      return failed(ours.getMessage(), ours.exitCode());
    }
    if (e instanceof IllegalArgumentException || e instanceof WeChatOAuthException) {
      return failed(
          e.getMessage(), e instanceof IllegalArgumentException ? ExitCode.USAGE : ExitCode.FAILED);
    }
    return failed(
        "wxtoken failed: "
            + e.getClass().getSimpleName()
            + ". This is a defect of wxtoken. Run the command again with -v, and report what it"
            + " shows",
        ExitCode.DEFECT);
  }

  private int failed(@Nullable String message, int code) {
    session.terminal().say("wxtoken: " + message);
    return code;
  }

  private int reportUsage(ParameterException e) {
    session.terminal().say("wxtoken: " + shown(e));
    if (e instanceof UnmatchedArgumentException unmatched) {
      StringWriter suggestions = new StringWriter();
      if (UnmatchedArgumentException.printSuggestions(unmatched, new PrintWriter(suggestions))) {
        session.terminal().say(withoutSecrets(suggestions.toString()).strip());
      }
    }
    session
        .terminal()
        .say("Run: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }

  private String shown(Exception e) {
    return withoutSecrets(String.valueOf(e.getMessage()));
  }

  /** Picocli's messages quote arguments. */
  private String withoutSecrets(String message) {
    String shown = message;
    for (String arg : args) {
      String value = arg.startsWith("-") ? arg.replaceFirst("^[^=]*=?", "") : arg;
      if (URL.matcher(value).lookingAt()) {
        shown = shown.replace(value, URL.matcher(value).replaceFirst("$1..."));
      }
    }
    return shown;
  }

  /** With the types and the lines of code, and without texts, which may quote values. */
  private void showStack(Throwable e) {
    StringWriter stack = new StringWriter();
    RedactedException.of(e).printStackTrace(new PrintWriter(stack));
    session.terminal().say(stack.toString().strip().replace("\t", "  "));
  }
}
