package io.github.wxtoken.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A server's certificate and its key, made once per JVM by the JDK's {@code keytool}: one that a
 * client should accept, and several that it should not. Thread-safe.
 */
public enum TestCertificate {
  /** Issued by the authority for localhost, 127.0.0.1 and {@link #otherAddress}. */
  GOOD("-signer ca -ext " + names()),
  /** Issued by the authority for another host. */
  OTHER_HOST("-signer ca -ext san=dns:other.example"),
  /** Issued by the authority, expired since yesterday. */
  EXPIRED("-signer ca -startdate -9d -validity 8 -ext " + names()),
  /** Self-signed. */
  SELF_SIGNED("-ext " + names());

  private static final char[] PASSWORD = "changeit".toCharArray();
  private final String arguments;

  TestCertificate(String arguments) {
    this.arguments = arguments;
  }

  /** All of them, created at the first use. */
  private record Made(KeyStore keys, Path caFile, Path trustStore) {
    static final Made MADE = make();

    private static Made make() {
      try {
        Path directory = Files.createTempDirectory("wxtoken-tls");
        Path file = directory.resolve("keys.p12");
        keytool(file, "ca", "-ext bc:c");
        for (TestCertificate certificate : values()) {
          keytool(file, certificate.alias(), certificate.arguments);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
          keys.load(in, PASSWORD);
        }
        Certificate ca = keys.getCertificate("ca");
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", ca);
        Path trustStore = directory.resolve("trust.p12");
        try (OutputStream out = Files.newOutputStream(trustStore)) {
          trusted.store(out, PASSWORD);
        }
        Path caFile =
            Files.writeString(directory.resolve("ca.pem"), pem("CERTIFICATE", ca.getEncoded()));
        return new Made(keys, caFile, trustStore);
      } catch (IOException | GeneralSecurityException e) {
        throw new IllegalStateException("no certificates could be made", e);
      }
    }
  }

  private static void keytool(Path file, String alias, String more) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", alias, "-dname", "CN=wxtoken test " + alias));
    command.addAll(List.of("-keystore", file.toString(), "-storetype", "PKCS12"));
    command.addAll(
        List.of("-storepass", new String(PASSWORD), "-keyalg", "RSA", "-keysize", "2048"));
    command.addAll(List.of(more.split(" ")));
    Process keytool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!keytool.waitFor(1, TimeUnit.MINUTES) || keytool.exitValue() != 0) {
        throw new IOException("keytool made no certificate " + alias);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      keytool.destroy();
    }
  }

  private static String pem(String type, byte[] content) {
    String base64 =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
    return "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n";
  }

  private static String names() {
    return "san=dns:localhost,ip:127.0.0.1"
        + otherAddress().map(address -> ",ip:" + address).orElse("");
  }

  private String alias() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Returns an address of this machine that counts as another machine.
   *
   * @return one that is not loopback, or empty if the machine has no network
   */
  public static Optional<String> otherAddress() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
          .map(InetAddress::getHostAddress)
          .findFirst();
    } catch (SocketException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the authority's certificate, which clients are to trust.
   *
   * @return a file in PEM
   */
  public static Path caFile() {
    return Made.MADE.caFile;
  }

  /**
   * Returns the same certificate as a trust store.
   *
   * @return a file of type PKCS12 with the password {@code changeit}
   */
  public static Path trustStore() {
    return Made.MADE.trustStore;
  }

  /**
   * Returns the certificate chain.
   *
   * @return PEM; the authority's certificate follows, if there is one
   */
  public String chain() {
    try {
      StringBuilder chain = new StringBuilder();
      for (Certificate certificate : Made.MADE.keys.getCertificateChain(alias())) {
        chain.append(pem("CERTIFICATE", certificate.getEncoded()));
      }
      return chain.toString();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot read " + this, e);
    }
  }

  /**
   * Returns its key.
   *
   * @return PEM, in PKCS #8 without a password
   */
  public String key() {
    try {
      return pem("PRIVATE KEY", Made.MADE.keys.getKey(alias(), PASSWORD).getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot read the key of " + this, e);
    }
  }

  /**
   * Returns the TLS context of a server with this certificate.
   *
   * @return a context for accepting connections
   */
  public SSLContext context() {
    try {
      KeyStore own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      own.setKeyEntry(
          alias(),
          Made.MADE.keys.getKey(alias(), PASSWORD),
          PASSWORD,
          Made.MADE.keys.getCertificateChain(alias()));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, new SecureRandom());
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("cannot use " + this, e);
    }
  }
}
