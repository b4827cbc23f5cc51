package io.github.wxtoken.cli;

/** Starts {@code wxtoken} in a JVM of its own. */
public final class Main {
  private Main() {}

  /**
   * Runs one command, and ends the JVM with one of the exit codes that {@code --help} lists.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    Terminal terminal = Terminal.ofThisProcess();
    Interrupt interrupt = new Interrupt();
    interrupt.handleSignals();
    CliLog.toEveryThread(terminal);
    int code = Cli.run(new Session(terminal, interrupt), args);
    interrupt.ended();
    System.exit(interrupt.isRequested() ? ExitCode.INTERRUPTED : code);
  }
}
