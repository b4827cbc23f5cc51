package io.github.wxtoken.cli;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deletes the tokens of users, such as of one who asked to be forgotten. */
@Command(
    name = "delete",
    header = "Deletes the tokens of users.",
    description =
        "Deletes the tokens of users, such as of one who asked to be forgotten. They sign in again.",
    headerHeading = "",
    descriptionHeading = "%n",
    mixinStandardHelpOptions = true)
final class DeleteCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private StoreOption store = new StoreOption();

  @Parameters(arity = "0..*", paramLabel = "OPENID", description = "The users.")
  private List<String> openids = List.of();

  @Option(names = "--file", paramLabel = "FILE", description = "A file with an openid a line.")
  private @Nullable Path file;

  @Option(
      names = "--unionid",
      paramLabel = "UNIONID",
      description = "All tokens of this unionid; reads the whole store.")
  private List<String> unionids = new ArrayList<>();

  @Option(names = "--yes", description = "Does not ask.")
  private boolean yes;

  DeleteCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Set<String> users = users();
    if (users.isEmpty() && unionids.isEmpty()) {
      throw CliException.usage(
          "nothing to delete",
          file == null ? "no OPENID, --file or --unionid is given" : "the file names no user",
          "Name the users");
    }
    try (TokenStore opened = store.address(session.terminal()).open(1)) {
      Complaints complaints = new Complaints(session.terminal());
      users.addAll(withUnionids(opened, complaints));
      if (users.isEmpty()) {
        session.terminal().print("deleted: 0, no token has this unionid");
        return code(complaints, 1);
      }
      Confirmation.require(
          session,
          yes,
          "delete the tokens of "
              + Progress.number(users.size())
              + (users.size() == 1 ? " user of " : " users of ")
              + opened.description());
      return delete(opened, users, complaints);
    }
  }

  private Set<String> users() {
    openids.forEach(user -> requireOpenid(user, "an openid"));
    Set<String> users = new LinkedHashSet<>(openids);
    if (file != null) {
      try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
        int[] number = new int[1];
        lines
            .map(String::strip)
            .forEach(
                line -> {
                  number[0]++;
                  if (!line.isEmpty()) {
                    requireOpenid(line, "line " + number[0] + " of the file");
                    users.add(line);
                  }
                });
      } catch (IOException | UncheckedIOException e) {
        throw Problems.file(
            "cannot read the file " + file,
            e instanceof IOException io ? io : new IOException("it is not UTF-8"),
            "Nothing was deleted. Check the name and your rights");
      }
    }
    return users;
  }

  /** Before anything is deleted. */
  private static void requireOpenid(String user, String place) {
    if (!TokenStores.isOpenid(user)) {
      throw CliException.usage(
          "nothing was deleted",
          place + " has other characters than [A-Za-z0-9_:-], or more than 128",
          "Give one openid as an argument or a line, without quotes or comments");
    }
  }

  private List<String> withUnionids(TokenStore opened, Complaints complaints) {
    List<String> found = new ArrayList<>();
    if (unionids.isEmpty()) {
      return found;
    }
    try (Progress progress =
            new Progress(session.terminal(), "searched", opened.approximateSize());
        Stream<OAuthToken> tokens =
            opened.tokens(corrupt -> complaints.add(String.valueOf(corrupt.getMessage())))) {
      Iterator<OAuthToken> each = tokens.iterator();
      while (!session.interrupt().isRequested() && each.hasNext()) {
        OAuthToken token = each.next();
        progress.add(1);
        if (token.unionid() != null && unionids.contains(token.unionid())) {
          found.add(token.openid());
        }
      }
    }
    return found;
  }

  private int delete(TokenStore opened, Set<String> users, Complaints complaints) {
    long deleted = 0;
    Complaints missing = new Complaints(session.terminal());
    for (String user : users) {
      if (session.interrupt().isRequested()) {
        session
            .terminal()
            .say(
                "interrupted: run the command again; what is deleted already is counted as missing");
        break;
      }
      if (opened.deleteToken(user)) {
        deleted++;
      } else {
        missing.add(user + " had no token");
      }
    }
    session.terminal().print("deleted: " + deleted + ", had no token: " + missing.count());
    return code(complaints, missing.count());
  }

  /** A record that cannot be read may be of a user who wants to be forgotten. */
  private int code(Complaints complaints, long missing) {
    if (complaints.count() > 0) {
      session.terminal().print("not searched, since they cannot be read: " + complaints.count());
    }
    return complaints.count() > 0 || missing > 0 ? ExitCode.ATTENTION : ExitCode.OK;
  }
}
