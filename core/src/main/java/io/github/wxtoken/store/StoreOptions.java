package io.github.wxtoken.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parses the options of this library in a store's URL: {@code ?wxtoken.createSchema=true}, and the
 * rule about TLS that all stores share. Immutable.
 */
public final class StoreOptions {
  /** The option that allows plaintext connections to other machines. */
  public static final String ALLOW_PLAINTEXT = "allowPlaintext";

  /** The option that names a file of certificates to trust. */
  public static final String CA_FILE = "caFile";

  /** The message for a failed TLS connection; a driver's own text may quote secrets. */
  public static final String NO_TLS =
      "TLS with the server failed: its certificate is expired, self-signed or issued for another"
          + " host, or the port takes no TLS. Check the host and the port in the URL. To trust"
          + " a private authority, name its certificate in the URL: wxtoken.caFile=/ca.pem (Redis,"
          + " MongoDB), serverSslCert=/ca.pem (MariaDB), trustCertificateKeyStoreUrl=file:/ca.p12"
          + " (MySQL)";

  private static final Logger LOG = LoggerFactory.getLogger(StoreOptions.class);
  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final Pattern LOOPBACK = Pattern.compile("127(\\." + BYTE + "){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F]*:[0-9a-fA-F:]*");
  private static final Pattern NO_HOST = Pattern.compile("[^A-Za-z0-9._:-]|^$");

  private final Map<String, String> values;

  /**
   * Holds these options.
   *
   * @param values values by name, without the {@code wxtoken.} prefix
   */
  public StoreOptions(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  /**
   * Returns an option as it was written.
   *
   * @param name the option
   * @param otherwise what it is where the URL does not say
   * @return its value
   */
  public String text(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  /**
   * Returns a switch.
   *
   * @param name the option
   * @param otherwise what it is where the URL does not say
   * @return its value
   * @throws IllegalArgumentException if it is neither {@code true} nor {@code false}
   */
  public boolean flag(String name, boolean otherwise) {
    String value = text(name, String.valueOf(otherwise));
    if (!value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException("wxtoken." + name + " must be true or false");
    }
    return value.equals("true");
  }

  /**
   * Returns a whole number.
   *
   * @param name the option
   * @param otherwise what it is where the URL does not say
   * @return its value
   * @throws IllegalArgumentException if it is not a whole number of at least 1
   */
  public int count(String name, int otherwise) {
    try {
      int value = Integer.parseInt(text(name, String.valueOf(otherwise)));
      if (value >= 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below, with the name and the rule
    }
    throw new IllegalArgumentException("wxtoken." + name + " must be a whole number from 1");
  }

  /**
   * Returns a time.
   *
   * @param name the option, whose value is a number of milliseconds
   * @param otherwise what it is where the URL does not say
   * @return its value
   * @throws IllegalArgumentException if it is not a whole number of at least 1
   */
  public Duration millis(String name, Duration otherwise) {
    return Duration.ofMillis(count(name, Math.toIntExact(otherwise.toMillis())));
  }

  /**
   * Checks connections without TLS before they are made: those to other machines are refused unless
   * the URL has {@code wxtoken.allowPlaintext=true}. Then one warning names the servers.
   *
   * @param servers where the connections go; no name is looked up
   * @param tls how a URL like this one asks for TLS, such as {@code tls=true}
   * @throws IllegalArgumentException if one of them is another machine and that is not allowed; or
   *     if there is a {@code wxtoken.caFile}, which means nothing without TLS
   */
  public void requirePlaintextAllowed(Collection<InetSocketAddress> servers, String tls) {
    boolean allowed = flag(ALLOW_PLAINTEXT, false);
    if (values.containsKey(CA_FILE)) {
      throw new IllegalArgumentException("wxtoken.caFile is for TLS, which takes " + tls);
    }
    List<InetSocketAddress> others =
        servers.stream().filter(server -> !isLoopback(server.getHostString())).toList();
    if (others.isEmpty()) {
      return;
    }
    if (!allowed) {
      throw new IllegalArgumentException(
          "url leads to another machine without verified TLS, where others may read tokens: use "
              + tls
              + ", or accept that with wxtoken.allowPlaintext=true");
    }
    LOG.warn(
        "Connections to {} are in plaintext, or may be: whoever is between reads and changes tokens."
            + " For TLS use {}",
        names(others),
        tls);
  }

  /**
   * Returns host and port of servers for a message.
   *
   * @param servers the servers of a URL; no name is looked up
   * @return such as {@code db1:3306, [::1]:3306}. A host with characters that no host has is a
   *     question mark, since it may be any part of a malformed URL
   */
  public static String names(Collection<InetSocketAddress> servers) {
    return servers.stream().map(StoreOptions::name).collect(Collectors.joining(", "));
  }

  private static String name(InetSocketAddress server) {
    String host = server.getHostString();
    String shown = NO_HOST.matcher(host).find() ? "?" : host;
    return (shown.contains(":") ? "[" + shown + "]" : shown) + ":" + server.getPort();
  }

  /**
   * Tells whether a host is this machine by its name alone, without looking it up: {@code
   * localhost}, four decimal numbers of which the first is 127, or {@code ::1} however it is
   * written, in brackets or not.
   *
   * @param host a name or an address
   * @return false for everything else
   */
  public static boolean isLoopback(@Nullable String host) {
    if (host == null) {
      return false;
    }
    String name = host.startsWith("[") && host.endsWith("]") ? inner(host) : host;
    return name.toLowerCase(Locale.ROOT).equals("localhost")
        || LOOPBACK.matcher(name).matches()
        || (IPV6.matcher(name).matches() && isLoopback6(name));
  }

  private static String inner(String bracketed) {
    return bracketed.length() < 2 ? "" : bracketed.substring(1, bracketed.length() - 1);
  }

  private static boolean isLoopback6(String literal) {
    try {
      // A host with a colon is never resolved by DNS.
      InetAddress address = InetAddress.getByName(literal);
      return address instanceof Inet6Address && address.isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /**
   * Returns what the file of {@code wxtoken.caFile} makes trusted, in place of the JVM's trust
   * store.
   *
   * @return empty where the URL names no file
   * @throws IllegalArgumentException if it has no certificates, in PEM or DER
   */
  public Optional<TrustManagerFactory> caFile() {
    String file = text(CA_FILE, "");
    if (!values.containsKey(CA_FILE)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      for (Certificate ca : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("ca-" + trusted.size(), ca);
      }
      if (trusted.size() > 0) {
        TrustManagerFactory trust =
            TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        return Optional.of(trust);
      }
    } catch (IOException | GeneralSecurityException | InvalidPathException e) {
      // said below, with the name and the rule
    }
    throw new IllegalArgumentException(
        "wxtoken.caFile must be a file that we may read, of certificates in PEM");
  }
}
