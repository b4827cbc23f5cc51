package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.FailureReason;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Describes an error of a MySQL or MariaDB server in words, with what to do, by its error code.
 * Shows only names of users, hosts, databases and tables, and limits from the server's own text;
 * shows none of them if the text has another form, for example in another language.
 */
final class MysqlError {
  private static final String NAME = "'([A-Za-z0-9_$.:%@-]{0,64})'";
  private static final String ACCOUNT = "user (" + NAME + "@" + NAME + ")";

  /** The names in the text of an error, by its code. */
  private static final Map<Integer, Pattern> TEXTS =
      Map.of(
          1044, Pattern.compile(ACCOUNT + " to database " + NAME),
          1045, Pattern.compile(ACCOUNT + "(?: \\(using password: (YES|NO)\\))?"),
          1698, Pattern.compile(ACCOUNT),
          1049, Pattern.compile("database " + NAME),
          1129, Pattern.compile("Host " + NAME),
          1130, Pattern.compile("Host " + NAME),
          1142,
              Pattern.compile(
                  "([A-Z, ]{3,60}) command denied to "
                      + ACCOUNT
                      + " for table ['`]([A-Za-z0-9_$.`]{1,130})['`]"),
          1226, Pattern.compile("User " + NAME + " has exceeded the " + NAME + " resource"));

  private static final String POOL_SIZE =
      "or keep fewer connections: lower wxtoken.poolSize of each process (16 by default), or the"
          + " size of your own pool";

  /** The texts of MySQL's driver and of MariaDB's; the server itself reports nothing. */
  private static final Pattern NO_PUBLIC_KEY =
      Pattern.compile("Public Key Retrieval is not allowed|RSA public key is not available");

  private MysqlError() {}

  /**
   * Explains why a driver gave up a login. MySQL remembers who has logged in, so the same login may
   * succeed until the server restarts.
   *
   * @param text the driver's text
   * @return null if it needs no explanation
   */
  static @Nullable FailureReason ofLogin(String text) {
    return NO_PUBLIC_KEY.matcher(text).find()
        ? new FailureReason(
            "without TLS, the password needs the server's public key, which the driver does not"
                + " fetch by itself",
            "Use TLS: sslMode=VERIFY_IDENTITY in the URL. On a network where nobody can come"
                + " between, allowPublicKeyRetrieval=true also works")
        : null;
  }

  /**
   * Explains an error of a server.
   *
   * @param code its code
   * @param text its text
   * @return null if the code needs no explanation
   */
  static @Nullable FailureReason of(int code, String text) {
    Pattern names = TEXTS.get(code);
    Matcher found = names == null ? null : names.matcher(text);
    Matcher named = found != null && found.find() ? found : null;
    return switch (code) {
      case 1040 ->
          new FailureReason(
              "the server has too many connections", "Raise its max_connections, " + POOL_SIZE);
      case 1044 -> noRightToDatabase(named);
      case 1045, 1698 -> accessDenied(named);
      case 1046 ->
          new FailureReason(
              "no database is selected",
              "Name one in the URL, after the port: //HOST:PORT/DATABASE");
      case 1049 -> noDatabase(named);
      case 1129 ->
          new FailureReason(
              "the server has blocked this machine"
                  + (named == null ? "" : ", which it sees as " + named.group(1))
                  + ", after too many connect errors",
              "Run FLUSH HOSTS (MariaDB), or TRUNCATE TABLE performance_schema.host_cache or"
                  + " mysqladmin flush-hosts (MySQL), and raise max_connect_errors. Then the store"
                  + " connects by itself");
      case 1130 ->
          new FailureReason(
              "the server has no account for connections from this machine"
                  + (named == null ? "" : ", which it sees as " + named.group(1)),
              "Run CREATE USER 'NAME'@'HOST' with that host or '%', and grant it its rights");
      case 1142, 1143 -> noRightToTable(named);
      case 1146 ->
          new FailureReason(
              "there is no such table",
              "Create it by wxtoken.createSchema=true in the URL, or by the DDL that wxtoken"
                  + " schema prints");
      case 1203, 1226 -> limitOfUser(named);
      case 1820, 1862 ->
          new FailureReason(
              "the password of the user has expired", "Set a new one by ALTER USER, and use that");
      case 3118, 4151 ->
          new FailureReason("the account is locked", "Run ALTER USER 'NAME'@'HOST' ACCOUNT UNLOCK");
      case 3159 ->
          new FailureReason(
              "the server accepts only TLS", "Use sslMode=VERIFY_IDENTITY in the URL");
      case 1290, 1836 ->
          new FailureReason(
              "the database is read-only, so it is not the primary, or no longer",
              "The store closes its connections and connects anew. Make the address lead to the"
                  + " primary");
      case 1792 ->
          new FailureReason(
              "the session is read-only",
              "Remove the read-only setting from the connections or from transaction_read_only of"
                  + " the server");
      default -> null;
    };
  }

  private static FailureReason noRightToDatabase(@Nullable Matcher named) {
    return named == null
        ? new FailureReason(
            "the user has no right to this database",
            "Check the database in the URL, or grant the user SELECT, INSERT, UPDATE and DELETE on"
                + " it")
        : new FailureReason(
            "the user " + named.group(1) + " has no right to the database " + named.group(4),
            "Check the database in the URL, or run GRANT SELECT, INSERT, UPDATE, DELETE ON `"
                + named.group(4)
                + "`.* TO "
                + named.group(1)
                + " (and CREATE, for wxtoken.createSchema=true)");
  }

  private static FailureReason accessDenied(@Nullable Matcher named) {
    String user = named == null ? "" : " for user " + named.group(1);
    if (named != null && named.groupCount() > 3 && "NO".equals(named.group(4))) {
      return new FailureReason(
          "access denied" + user + ", since no password was sent",
          "Add the user's password to the URL: password=PASSWORD, percent-encoded");
    }
    return new FailureReason(
        "access denied" + user,
        "Check the user name and the password of the URL (percent-encoded) or of your data source."
            + " The server needs an account for this user and this host, which is the client as the"
            + " server sees it. If the password was changed, configure the new one and open the"
            + " store again");
  }

  private static FailureReason noDatabase(@Nullable Matcher named) {
    return named == null
        ? new FailureReason("there is no such database", "Check its name in the URL, or create it")
        : new FailureReason(
            "there is no database " + named.group(1),
            "Check its name in the URL, or run CREATE DATABASE `" + named.group(1) + "`");
  }

  private static FailureReason noRightToTable(@Nullable Matcher named) {
    String remedy =
        "Grant the right to the account of that user (SELECT CURRENT_USER() shows it), or use"
            + " another user";
    return named == null
        ? new FailureReason("the database user has no right to do that", remedy)
        : new FailureReason(
            "the user "
                + named.group(2)
                + " has no right to "
                + String.valueOf(named.group(1)).strip()
                + " on the table "
                + String.valueOf(named.group(5)).replace("`", ""),
            remedy);
  }

  private static FailureReason limitOfUser(@Nullable Matcher named) {
    if (named != null && named.group(2).endsWith("_per_hour")) {
      return new FailureReason(
          "the user '" + named.group(1) + "' has exceeded its limit " + named.group(2),
          "Raise this limit of the account by ALTER USER. It counts what happens within an hour, so"
              + " a smaller pool may not help");
    }
    return new FailureReason(
        named == null
            ? "the user has all the connections that the server allows it"
            : "the user '" + named.group(1) + "' has exceeded its limit " + named.group(2),
        "Raise the limit of the account by ALTER USER, " + POOL_SIZE);
  }
}
