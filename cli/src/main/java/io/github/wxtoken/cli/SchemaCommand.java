package io.github.wxtoken.cli;

import io.github.wxtoken.store.TokenStores;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints what creates the tables or indexes of a store. */
@Command(
    name = "schema",
    header = "Prints the DDL of a store.",
    description =
        "Prints the DDL of a SQL store, or the commands of MongoDB's shell, with the names that the URL"
            + " gives. It does not connect: wxtoken schema --store jdbc:mysql:",
    headerHeading = "",
    descriptionHeading = "%n",
    mixinStandardHelpOptions = true)
final class SchemaCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private StoreOption store = new StoreOption();

  SchemaCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    String schema = TokenStores.schema(store.url(session.terminal()));
    if (schema.isEmpty()) {
      session.terminal().say("this store needs no schema");
    } else {
      session.terminal().print(schema.strip());
    }
    return ExitCode.OK;
  }
}
