package io.github.wxtoken.redis;

import io.github.wxtoken.store.FailureReason;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.protocol.RedisProtocolException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Says in words why Redis refuses a command or cannot be reached, and what to do. The server's own
 * text is read but never shown.
 */
final class RedisReasons {
  /** Redis 6 quotes the command by backticks, Redis 7 by apostrophes. */
  private static final Pattern UNKNOWN_SENTINEL =
      Pattern.compile("ERR unknown command ['`]SENTINEL['`]");

  private static final String OR_TLS =
      ". If the port accepts only TLS, use rediss: in place of redis: in the URL";

  private RedisReasons() {}

  /**
   * Explains an error that a server answered.
   *
   * @param code its code, or ERR
   * @param text its text
   */
  static FailureReason ofAnswer(String code, String text) {
    return switch (code) {
      case "NOAUTH" ->
          new FailureReason(
              "Redis asks for a password, and none was sent",
              "Add it to the URL, percent-encoded: //:PASSWORD@HOST:PORT or"
                  + " //USER:PASSWORD@HOST:PORT");
      case "WRONGPASS" ->
          new FailureReason(
              "Redis refuses the user or the password",
              "Check both in the URL, where special characters must be percent-encoded. If the"
                  + " password was changed, configure the new one and open the store again");
      case "NOPERM" ->
          new FailureReason(
              "the Redis user has no right to that command or key",
              "Run ACL LOG on the server to see which one was refused, and grant it by ACL SETUSER."
                  + " The README of wxtoken-store-redis lists the rights that the store needs");
      case "READONLY" ->
          new FailureReason(
              "the server is a replica, which takes no writes",
              "Make the address lead to the master, or name Sentinels or the cluster in the URL");
      case "LOADING" -> new FailureReason("Redis is still loading its data", "Try again later");
      case "OOM" ->
          new FailureReason(
              "Redis has no memory left", "Raise its maxmemory, or delete other keys");
      case "MISCONF" ->
          new FailureReason(
              "Redis takes no writes while it cannot save to its disk",
              "The log of Redis says why it cannot");
      case "NOREPLICAS" ->
          new FailureReason(
              "too few replicas are connected for a write",
              "Start them, or lower min-replicas-to-write");
      case "BUSY" -> new FailureReason("Redis is busy with a script", "End it by SCRIPT KILL");
      case "MOVED", "ASK" ->
          new FailureReason(
              "the server is a member of a Redis Cluster, and another member has the key",
              "Use redis-cluster: in place of redis: in the URL (rediss-cluster: in place of"
                  + " rediss:)");
      case "CLUSTERDOWN", "MASTERDOWN" ->
          new FailureReason(
              "a part of the Redis cluster is down", "CLUSTER INFO and CLUSTER NODES show which");
      default -> ofText(text);
    };
  }

  /** Explains an error that has no code of its own. */
  private static FailureReason ofText(String text) {
    if (text.startsWith("ERR AUTH <password> called without any password")
        || text.startsWith("ERR Client sent AUTH, but no password is set")) {
      return new FailureReason(
          "the URL has a password, and the server has none",
          "Remove it from the URL, or set requirepass on the server");
    }
    if (text.startsWith("ERR DB index is out of range")) {
      return new FailureReason(
          "the server has no database of the number that the URL ends in",
          "Use a smaller number after the slash, or remove it for database 0");
    }
    if (text.startsWith("ERR This instance has cluster support disabled")) {
      return new FailureReason(
          "the server is no member of a cluster",
          "Use redis: in place of redis-cluster: in the URL (rediss: in place of rediss-cluster:)");
    }
    if (text.startsWith("ERR max number of clients reached")) {
      return new FailureReason("the server has too many clients", "Raise its maxclients");
    }
    if (UNKNOWN_SENTINEL.matcher(text).lookingAt()) {
      return new FailureReason(
          "the server is no Sentinel",
          "Name the Sentinels and their port (26379 by default) in the URL, or use redis: for a"
              + " single server");
    }
    if (text.startsWith("DENIED")) {
      return new FailureReason(
          "the server is in protected mode, so it takes connections from its own machine alone",
          "Set a password on it, or protected-mode no");
    }
    return new FailureReason("Redis reported an error", null);
  }

  /**
   * Explains why a connection failed.
   *
   * @param causes Lettuce's exception with its causes
   * @param tls whether TLS was requested; null if that is not known
   */
  static FailureReason ofConnecting(List<Throwable> causes, @Nullable Boolean tls) {
    if (has(causes, NotSslRecordException.class)
        || has(causes, SslHandshakeTimeoutException.class)) {
      return noTls("the server did not answer the TLS handshake by TLS");
    }
    if (has(causes, ClosedChannelException.class) && !has(causes, CertificateException.class)) {
      return closed(tls);
    }
    if (has(causes, SSLException.class) || has(causes, CertificateException.class)) {
      return FailureReason.TLS_FAILED;
    }
    if (has(causes, UnknownHostException.class)) {
      return FailureReason.UNKNOWN_HOST;
    }
    if (has(causes, ConnectTimeoutException.class)
        || has(causes, RedisCommandTimeoutException.class)
        || has(causes, TimeoutException.class)) {
      return FailureReason.NO_ANSWER;
    }
    if (has(causes, ConnectException.class)) {
      return FailureReason.CONNECTION_REFUSED;
    }
    if (has(causes, RedisProtocolException.class)) {
      return new FailureReason(
          "what listens there does not speak the protocol of Redis",
          Boolean.TRUE.equals(tls)
              ? FailureReason.CHECK_ADDRESS
              : FailureReason.CHECK_ADDRESS + OR_TLS);
    }
    if (causes.stream().anyMatch(RedisReasons::isUnknownMaster)) {
      return new FailureReason(
          "the Sentinels know no master of this name", "Check sentinelMasterId in the URL");
    }
    return isClosed(causes)
        ? closed(tls)
        : new FailureReason("Redis is not connected", "The log of Lettuce says why");
  }

  private static FailureReason closed(@Nullable Boolean tls) {
    return Boolean.TRUE.equals(tls)
        ? noTls("the server closed the connection during the TLS handshake")
        : new FailureReason(
            "the server closed the connection before it answered",
            FailureReason.CHECK_ADDRESS
                + OR_TLS
                + "; if the server has too many clients, raise its maxclients");
  }

  private static FailureReason noTls(String why) {
    return new FailureReason(
        why,
        "The port seems to take no TLS: use the TLS port of the server, or redis: in place of"
            + " rediss: in the URL for plaintext");
  }

  /**
   * Tells whether the connection was closed. Lettuce reports that as an exception within one of the
   * same type.
   */
  private static boolean isClosed(List<Throwable> causes) {
    return causes.stream().filter(RedisConnectionException.class::isInstance).count() > 1;
  }

  /** Tells whether Sentinel does not know the master. Lettuce has no type for that. */
  private static boolean isUnknownMaster(Throwable e) {
    return String.valueOf(e.getMessage()).startsWith("Cannot provide redisAddress using sentinel");
  }

  private static boolean has(List<Throwable> causes, Class<? extends Throwable> type) {
    return causes.stream().anyMatch(type::isInstance);
  }
}
