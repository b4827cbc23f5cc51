package io.github.wxtoken.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoCredential;
import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoServerException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.MongoWriteConcernException;
import com.mongodb.ServerAddress;
import io.github.wxtoken.store.StoreOptions;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says in words why MongoDB refuses a command or cannot be reached, and what to do. Shows only
 * addresses from the driver's own text.
 *
 * @param why the reason
 * @param remedy what to do, a sentence without its full stop; null if nothing is known
 */
record MongoError(String why, @Nullable String remedy) {
  /** Finds the servers of the URL in the driver's text that it found no usable server. */
  private static final Pattern ADDRESS =
      Pattern.compile("address=((?:[A-Za-z0-9._-]+|\\[?[0-9a-fA-F:]+]?):[0-9]{1,5})\\b");

  private static final Pattern TLS =
      Pattern.compile("\\{(javax\\.net\\.ssl\\.SSL|java\\.security\\.cert\\.)[A-Za-z]+Exception");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.@$-]{1,64}");

  private static final String NO_SERVER = "Client view of cluster state";

  private static final String CHECK_ADDRESS = "Check the host and the port in the URL";

  private static final String CHECK_USER =
      "Check the user, the password (percent-encoded) and authSource in the URL: authSource is the"
          + " database in which the user was created, often admin. If the password was changed,"
          + " configure the new one and open the store again";

  static MongoError of(RuntimeException reported) {
    if (reported instanceof MongoInterruptedException) {
      return new MongoError("interrupted", null);
    }
    if (reported instanceof MongoSecurityException denied) {
      return accessDenied(denied);
    }
    if (reported instanceof MongoWriteConcernException) {
      return new MongoError(
          "it was written, but a majority did not confirm it, so it may be undone", null);
    }
    if (reported instanceof MongoException mongo && Database.isNotPrimary(mongo)) {
      return new MongoError(
          "the server that answers is not the primary of the replica set at the moment",
          "Try again later, or name all members of the replica set in the URL");
    }
    if (reported instanceof MongoTimeoutException
        || reported instanceof MongoOperationTimeoutException) {
      String text = String.valueOf(reported.getMessage());
      return text.contains(NO_SERVER)
          ? noServer(text)
          : new MongoError("the database did not answer in time", null);
    }
    if (reported instanceof MongoSocketException broken) {
      return new MongoError(
          "the connection to " + name(broken.getServerAddress()) + " broke", null);
    }
    return reported instanceof MongoException mongo
        ? ofCode(mongo)
        : new MongoError("the database or its driver reported an error", null);
  }

  private static MongoError ofCode(MongoException reported) {
    return switch (reported.getCode()) {
      case Schema.UNAUTHORIZED -> noRight(reported);
      case 18 -> new MongoError("the database refuses the user or the password", CHECK_USER);
      case 121 ->
          new MongoError(
              "the validator of the collection refuses the document",
              "Change it by db.runCommand({collMod: COLLECTION, validator: …}), or use another"
                  + " collection");
      case Schema.DUPLICATE_KEY ->
          new MongoError(
              "a unique index other than the one on openid refuses the document; drop it, since"
                  + " two users may have the same value or none",
              null);
      default -> new MongoError("the database or its driver reported an error", null);
    };
  }

  private static MongoError noRight(MongoException reported) {
    boolean nobody =
        reported instanceof MongoCommandException refused
            && refused.getErrorMessage().contains("requires authentication");
    return nobody
        ? new MongoError(
            "the server asks for a user and a password, and none were sent",
            "Add them to the URL: mongodb://USER:PASSWORD@HOST:PORT/DATABASE?authSource=admin,"
                + " percent-encoded")
        : new MongoError(
            "the database user has no right to do that",
            "Grant the role readWrite on the database of the URL by db.grantRolesToUser, and"
                + " dbAdmin too for wxtoken.createSchema=true");
  }

  private static MongoError accessDenied(MongoSecurityException denied) {
    MongoCredential who = denied.getCredential();
    String user = shown(who.getUserName());
    String server =
        denied.getCause() instanceof MongoServerException answer
            ? name(answer.getServerAddress())
            : "MongoDB";
    return new MongoError(
        "cannot connect to "
            + server
            + ": access denied for user "
            + user
            + " of the authentication database "
            + shown(who.getSource()),
        CHECK_USER);
  }

  private static String shown(@Nullable String name) {
    return name != null && NAME.matcher(name).matches() ? "'" + name + "'" : "(not shown)";
  }

  private static String name(ServerAddress server) {
    return "MongoDB at "
        + StoreOptions.names(
            List.of(InetSocketAddress.createUnresolved(server.getHost(), server.getPort())));
  }

  /**
   * Explains a timeout of server selection. The driver retries until its timeout and reports only
   * that. Its text shows what failed, by the names of exceptions.
   */
  private static MongoError noServer(String text) {
    MongoError reason = reason(text);
    String servers =
        ADDRESS
            .matcher(text)
            .results()
            .map((MatchResult address) -> address.group(1))
            .distinct()
            .collect(Collectors.joining(", "));
    return new MongoError(
        "cannot connect to MongoDB"
            + (servers.isEmpty() ? "" : " at " + servers)
            + ": "
            + reason.why,
        reason.remedy);
  }

  private static MongoError reason(String text) {
    if (TLS.matcher(text).find()) {
      return text.contains("java.io.EOFException")
          ? new MongoError(
              "the server closed the connection during the TLS handshake",
              "The port seems to take no TLS: use the TLS port of the server, or remove tls=true"
                  + " from the URL for plaintext")
          : new MongoError(StoreOptions.NO_TLS, null);
    }
    if (text.contains("{java.net.UnknownHostException")) {
      return new MongoError(
          "the host name is unknown", "Check the host in the URL, and the DNS of this machine");
    }
    if (text.contains("{java.net.ConnectException")) {
      return new MongoError(
          "nothing accepts connections there", CHECK_ADDRESS + ", and whether the server runs");
    }
    if (text.contains("{com.mongodb.MongoInternalException")) {
      return new MongoError(
          "what listens there does not speak the protocol of MongoDB", CHECK_ADDRESS);
    }
    if (text.contains("Prematurely reached end of stream")) {
      return new MongoError(
          "the server closed the connection before it answered",
          CHECK_ADDRESS + ". If the port accepts only TLS, add tls=true to the URL");
    }
    if (text.contains("type=REPLICA_SET_SECONDARY")) {
      return new MongoError(
          "the replica set has no primary at the moment",
          "Try again later; rs.status() shows its members");
    }
    return text.contains("{type=REPLICA_SET, ")
        ? new MongoError(
            "no usable member of the replica set that the URL names was found in time",
            "Check replicaSet in the URL (remove it for a single server), then the host and the port")
        : new MongoError(
            "the database did not answer in time",
            CHECK_ADDRESS
                + ": the server may be down, a firewall may drop the packets, or another kind of"
                + " server may listen there");
  }
}
