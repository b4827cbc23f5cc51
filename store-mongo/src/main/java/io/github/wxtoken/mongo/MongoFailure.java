package io.github.wxtoken.mongo;

import static java.util.Map.entry;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoServerException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.MongoWriteConcernException;
import com.mongodb.ServerAddress;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.bulk.WriteConcernError;
import io.github.wxtoken.store.FailureReason;
import io.github.wxtoken.store.RedactedException;
import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStoreException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Describes a driver's exception in our own words: what failed, why, and what to do. The driver's
 * own text quotes values ("dup key: { openid: … }"), the server's whole answer, and hosts. Types,
 * code and stack trace remain; of the text only addresses are shown.
 */
final class MongoFailure {
  static final int DUPLICATE_KEY = 11000;
  static final int UNAUTHORIZED = 13;

  /** A server that is not the primary refuses a command by these, before it does anything. */
  private static final Set<Integer> REFUSED = Set.of(10058, 10107, 13435, 13436);

  /** A server that steps down or shuts down may or may not have executed the command. */
  private static final Set<Integer> INTERRUPTED = Set.of(91, 189, 11600, 11602);

  private static final int STEPPED_DOWN = 11602;

  private static final String CHECK_USER =
      "Check the user, the password (percent-encoded) and authSource in the URL: authSource is the"
          + " database in which the user was created, often admin. If the password was changed,"
          + " configure the new one and open the store again";

  private static final Map<Integer, FailureReason> BY_CODE =
      Map.of(
          18,
          new FailureReason("the database refuses the user or the password", CHECK_USER),
          121,
          new FailureReason(
              "the validator of the collection refuses the document",
              "Change it by db.runCommand({collMod: COLLECTION, validator: …}), or use another"
                  + " collection"),
          DUPLICATE_KEY,
          new FailureReason(
              "a unique index other than the one on openid refuses the document",
              "Drop it, since two users may have the same value or none"),
          UNAUTHORIZED,
          new FailureReason(
              "the database user has no right to do that",
              "Grant the role readWrite on the database of the URL by db.grantRolesToUser, and"
                  + " dbAdmin too for wxtoken.createSchema=true"));

  /**
   * The driver looks for a server until its timeout, and reports only that. Its text describes each
   * server, with the names of exceptions: the first of these that it contains says why.
   */
  private static final List<Map.Entry<String, FailureReason>> BY_TEXT =
      List.of(
          entry(
              "{java.io.EOFException",
              new FailureReason(
                  "the server closed the connection during the TLS handshake",
                  "The port seems to take no TLS: use the TLS port of the server, or remove"
                      + " tls=true from the URL for plaintext")),
          entry("{javax.net.ssl.SSL", FailureReason.TLS_FAILED),
          entry("{java.security.cert.", FailureReason.TLS_FAILED),
          entry("{java.net.UnknownHostException", FailureReason.UNKNOWN_HOST),
          entry("{java.net.ConnectException", FailureReason.CONNECTION_REFUSED),
          entry(
              "{com.mongodb.MongoInternalException",
              new FailureReason(
                  "what listens there does not speak the protocol of MongoDB",
                  FailureReason.CHECK_ADDRESS)),
          entry(
              "Prematurely reached end of stream",
              new FailureReason(
                  "the server closed the connection before it answered",
                  FailureReason.CHECK_ADDRESS
                      + ". If the port accepts only TLS, add tls=true to the URL")),
          entry(
              "type=REPLICA_SET_SECONDARY",
              new FailureReason(
                  "the replica set has no primary at the moment",
                  "Try again later; rs.status() shows its members")),
          entry(
              "{type=REPLICA_SET, ",
              new FailureReason(
                  "no usable member of the replica set that the URL names was found in time",
                  "Check replicaSet in the URL (remove it for a single server), then the host and"
                      + " the port")));

  /** Finds the servers in the driver's text. */
  private static final Pattern ADDRESS =
      Pattern.compile("address=((?:[A-Za-z0-9._-]+|\\[?[0-9a-fA-F:]+]?):[0-9]{1,5})\\b");

  private static final Pattern USER = Pattern.compile("[A-Za-z0-9_.@$-]{1,64}");

  private MongoFailure() {}

  /**
   * Runs a call of the driver. A wrapper of the application, such as a proxy of its database, may
   * throw any exception.
   *
   * @param what completes "cannot …" in the message
   */
  static <T> T guard(String what, Supplier<T> call) {
    try {
      return call.get();
    } catch (TokenStoreException e) {
      throw e;
    } catch (RuntimeException e) {
      throw of(what, e);
    }
  }

  /** Tells whether a server is not the primary, by code: the driver has types for some only. */
  static boolean isNotPrimary(MongoException e) {
    return !(e instanceof MongoWriteConcernException)
        && (REFUSED.contains(e.getCode()) || INTERRUPTED.contains(e.getCode()));
  }

  /**
   * Returns the positions of the documents of a bulk that collided with others. Throws any other
   * failure of the bulk, without the driver's text.
   */
  static List<Integer> collisions(MongoBulkWriteException e) {
    WriteConcernError unconfirmed = e.getWriteConcernError();
    if (unconfirmed != null) {
      throw new MongoWriteConcernException(
          unconfirmed, null, e.getServerAddress(), e.getErrorLabels());
    }
    for (BulkWriteError error : e.getWriteErrors()) {
      int code = error.getCode();
      if (code != DUPLICATE_KEY) {
        // A server that has just stepped down refuses the rest; what it did before may stay.
        throw new MongoException(
            REFUSED.contains(code) ? STEPPED_DOWN : code, "a document was refused");
      }
    }
    return e.getWriteErrors().stream().map(BulkWriteError::getIndex).toList();
  }

  /** Tells whether a server that is not the primary may have executed the command. */
  static boolean mayHaveTakenEffect(MongoException notPrimary) {
    return INTERRUPTED.contains(notPrimary.getCode());
  }

  /** Creates the exception that says in words what failed and why. */
  static TokenStoreException of(String what, RuntimeException reported) {
    if (reported instanceof MongoInterruptedException) {
      Thread.currentThread().interrupt();
    }
    int code = code(reported);
    String details = code > 0 ? "code " + code : RedactedException.types(reported);
    return new TokenStoreException(
        "cannot " + what + ": " + reason(reported, code).describe(details),
        RedactedException.of(reported));
  }

  /** Returns the server's code; of a refused login, that of the cause. */
  private static int code(RuntimeException e) {
    return e instanceof MongoSecurityException && e.getCause() instanceof MongoException refusal
        ? refusal.getCode()
        : e instanceof MongoException mongo ? mongo.getCode() : 0;
  }

  private static FailureReason reason(RuntimeException reported, int code) {
    if (reported instanceof MongoInterruptedException) {
      return new FailureReason("interrupted", null);
    }
    if (reported instanceof MongoSecurityException denied) {
      return accessDenied(denied);
    }
    if (reported instanceof MongoWriteConcernException) {
      return new FailureReason(
          "it was written, but a majority did not confirm it, so it may be undone", null);
    }
    if (reported instanceof MongoException mongo && isNotPrimary(mongo)) {
      return new FailureReason(
          "the server that answers is not the primary of the replica set at the moment",
          "Try again later, or name all members of the replica set in the URL");
    }
    if (reported instanceof MongoTimeoutException
        || reported instanceof MongoOperationTimeoutException) {
      return timeout(String.valueOf(reported.getMessage()));
    }
    if (reported instanceof MongoSocketException broken) {
      return new FailureReason(
          "the connection to " + name(broken.getServerAddress()) + " broke", null);
    }
    if (reported instanceof MongoCommandException refused
        && refused.getErrorMessage().contains("requires authentication")) {
      return new FailureReason(
          "the server asks for a user and a password, and none were sent",
          "Add them to the URL: mongodb://USER:PASSWORD@HOST:PORT/DATABASE?authSource=admin,"
              + " percent-encoded");
    }
    return BY_CODE.getOrDefault(
        code, new FailureReason("the database or its driver reported an error", null));
  }

  private static FailureReason timeout(String text) {
    if (!text.contains("Client view of cluster state")) {
      return new FailureReason("the database did not answer in time", null);
    }
    String servers =
        ADDRESS
            .matcher(text)
            .results()
            .map((MatchResult address) -> address.group(1))
            .distinct()
            .collect(Collectors.joining(", "));
    FailureReason reason =
        BY_TEXT.stream()
            .filter(sign -> text.contains(sign.getKey()))
            .findFirst()
            .map(Map.Entry::getValue)
            .orElse(FailureReason.NO_ANSWER);
    String server = servers.isEmpty() ? "MongoDB" : "MongoDB at " + servers;
    return new FailureReason("cannot connect to " + server + ": " + reason.why(), reason.remedy());
  }

  private static FailureReason accessDenied(MongoSecurityException denied) {
    String server =
        denied.getCause() instanceof MongoServerException answer
            ? name(answer.getServerAddress())
            : "MongoDB";
    String user = shown(denied.getCredential().getUserName());
    String source = shown(denied.getCredential().getSource());
    return new FailureReason(
        "cannot connect to %s: access denied for user %s of the authentication database %s"
            .formatted(server, user, source),
        CHECK_USER);
  }

  private static String shown(@Nullable String name) {
    return name != null && USER.matcher(name).matches() ? "'" + name + "'" : "(not shown)";
  }

  private static String name(ServerAddress server) {
    return "MongoDB at "
        + StoreOptions.names(
            List.of(InetSocketAddress.createUnresolved(server.getHost(), server.getPort())));
  }
}
