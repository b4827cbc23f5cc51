package io.github.wxtoken.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Certificates that are trusted, as PEM. */
final class TrustedCertificates {
  private static final Base64.Encoder BASE64 =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private TrustedCertificates() {}

  /** Returns what the JVM trusts: {@code javax.net.ssl.trustStore}, or the JDK's own store. */
  static String ofJvm() {
    try {
      return pem(null);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "the trust store of the JVM has no certificate that can be read: check"
              + " javax.net.ssl.trustStore, or name certificates by serverSslCert in the URL");
    }
  }

  /**
   * Returns what a trust store contains.
   *
   * @param store its file, with or without file: before it
   * @throws IllegalArgumentException if it cannot be read, or has no certificate
   */
  static String of(String store, @Nullable String type, @Nullable String password) {
    try (InputStream in = Files.newInputStream(path(store))) {
      KeyStore keys = KeyStore.getInstance(type == null ? KeyStore.getDefaultType() : type);
      keys.load(in, password == null ? null : password.toCharArray());
      return pem(keys);
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "trustStore in the url must be a key store with certificates that can be read: check the"
              + " file, trustStoreType and trustStorePassword");
    }
  }

  private static Path path(String store) {
    return store.startsWith("file:") ? Path.of(URI.create(store)) : Path.of(store);
  }

  private static String pem(@Nullable KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    String pem =
        Arrays.stream(factory.getTrustManagers())
            .flatMap(TrustedCertificates::authorities)
            .map(TrustedCertificates::encoded)
            .collect(Collectors.joining());
    if (pem.isEmpty()) {
      throw new GeneralSecurityException("no certificate");
    }
    return pem;
  }

  private static Stream<X509Certificate> authorities(Object manager) {
    return manager instanceof X509TrustManager x509
        ? Arrays.stream(x509.getAcceptedIssuers())
        : Stream.empty();
  }

  private static String encoded(X509Certificate certificate) {
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + BASE64.encodeToString(certificate.getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate of the trust store cannot be encoded", e);
    }
  }
}
