package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.FailureReason;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Describes an error of a PostgreSQL server in words, with what to do, by its SQLState. Shows only
 * the name of a user, database or table from the server's own text; shows none if the text has
 * another form, for example in another language.
 */
final class PostgresqlError {
  private static final String NAME = "\"([A-Za-z0-9_$.-]{1,63})\"";
  private static final Pattern USER = Pattern.compile("(?:user|role) " + NAME);
  private static final Pattern DATABASE = Pattern.compile("database " + NAME);
  private static final Pattern RELATION = Pattern.compile("(?:table|relation|schema) " + NAME);

  private PostgresqlError() {}

  /**
   * Explains an error of a server.
   *
   * @param state its SQLState
   * @param text its text
   * @return null if the state needs no explanation
   */
  static @Nullable FailureReason of(String state, String text) {
    return switch (state) {
      case "28P01", "28000" ->
          new FailureReason(
              "access denied" + named(" for user ", USER, text),
              "Check the user name and the password of the URL (percent-encoded) or of your data"
                  + " source, and whether pg_hba.conf has an entry for this user, database and"
                  + " machine, which may ask for TLS");
      case "3D000" ->
          new FailureReason(
              "there is no such database" + named(": ", DATABASE, text),
              "Check its name in the URL, or run CREATE DATABASE");
      case "3F000" ->
          new FailureReason(
              "there is no such schema" + named(": ", RELATION, text),
              "Check the schema of wxtoken.table and the search_path of the user, or run CREATE"
                  + " SCHEMA");
      case "42501" ->
          new FailureReason(
              "the database user has no right to do that" + named(", on ", RELATION, text),
              "Grant the user SELECT, INSERT, UPDATE and DELETE on the table (and CREATE on its"
                  + " schema, for wxtoken.createSchema=true), or use another user");
      case "42P01" ->
          new FailureReason(
              "there is no such table",
              "Create it by wxtoken.createSchema=true in the URL, or by the DDL that wxtoken"
                  + " schema prints");
      case "53300" ->
          new FailureReason(
              "the server has too many connections",
              "Raise its max_connections or the user's CONNECTION LIMIT, or keep fewer"
                  + " connections: lower wxtoken.poolSize of each process (16 by default), or the"
                  + " size of your own pool");
      case "53100" -> new FailureReason("the disk of the server is full", "Make room on it");
      case "57P03" ->
          new FailureReason(
              "the server is starting, stopping or recovering",
              "The store connects as soon as it accepts connections");
      case "57014" ->
          new FailureReason("the server cancelled the statement, which took too long", null);
      case "25006" ->
          new FailureReason(
              "the database is read-only, so it is a standby, or the session is read-only",
              "The store closes its connections and connects anew. Make the address lead to the"
                  + " primary (with several hosts: targetServerType=primary), or remove"
                  + " default_transaction_read_only");
      case "25P02" ->
          new FailureReason(
              "the connection is in a transaction that has failed",
              "Roll it back before the connection is given back to the data source");
      default -> null;
    };
  }

  private static String named(String before, Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    return found.find() ? before + found.group(1) : "";
  }
}
