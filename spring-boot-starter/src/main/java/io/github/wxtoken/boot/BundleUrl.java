package io.github.wxtoken.boot;

import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * A URL of a store whose server is verified against the certificates of an SSL bundle. The stores
 * of Redis and MongoDB read them once, when they are opened, so a temporary file does. JDBC drivers
 * would read the file again with each connection.
 */
final class BundleUrl {
  private static final Logger log = LoggerFactory.getLogger(BundleUrl.class);
  private static final String CA_FILE = "wxtoken.caFile=";

  private final String url;
  private final String bundle;
  private final @Nullable SslBundles bundles;

  private BundleUrl(String url, String bundle, @Nullable SslBundles bundles) {
    this.url = url;
    this.bundle = bundle;
    this.bundles = bundles;
  }

  /** Tells whether a store has a server that a bundle could verify. */
  static boolean isForServer(String url) {
    return !url.startsWith("memory:") && !url.startsWith("file:");
  }

  /**
   * Checks that the bundle has certificates, and that the store can use them.
   *
   * @param bundles null in an application without the bundles of Spring Boot
   * @throws WeChatConfigurationException if there are none, or if the store cannot use them
   */
  static BundleUrl of(String url, String bundle, @Nullable SslBundles bundles) {
    if (url.startsWith("jdbc:") || url.contains(CA_FILE)) {
      throw new WeChatConfigurationException(
          "wxtoken.store.ssl-bundle is set, and wxtoken.store.url "
              + (url.startsWith("jdbc:") ? "begins with jdbc:" : "has wxtoken.caFile"),
          "Remove wxtoken.store.ssl-bundle, which is for Redis and MongoDB, and name the"
              + " certificates in the URL as docs/tls.md says; or remove them from the URL.");
    }
    if (url.startsWith("redis") && !url.startsWith("rediss")) {
      throw new WeChatConfigurationException(
          "wxtoken.store.ssl-bundle is set, and wxtoken.store.url is for connections without TLS",
          "Begin the URL with rediss instead of redis, or remove wxtoken.store.ssl-bundle.");
    }
    SslBundle found = find(bundle, bundles);
    if (found.getStores().getKeyStore() != null
        || found.getOptions().getCiphers() != null
        || found.getOptions().getEnabledProtocols() != null) {
      log.warn(
          "The token store uses the trust store of the SSL bundle {} and nothing else: it sends no"
              + " client certificate, and chooses protocols and ciphers by itself",
          bundle);
    }
    String unused = pem(bundle, found.getStores().getTrustStore());
    return new BundleUrl(url, bundle, bundles);
  }

  private static SslBundle find(String bundle, @Nullable SslBundles bundles) {
    if (bundles != null) {
      try {
        return bundles.getBundle(bundle);
      } catch (NoSuchSslBundleException e) {
        // said below
      }
    }
    throw new WeChatConfigurationException(
        "wxtoken.store.ssl-bundle names " + bundle + ", and there is no such bundle",
        "Set spring.ssl.bundle.pem."
            + bundle
            + ".truststore.certificate, or correct wxtoken.store.ssl-bundle.");
  }

  private static String pem(String bundle, @Nullable KeyStore trusted) {
    StringBuilder pem = new StringBuilder();
    try {
      if (trusted != null) {
        for (String alias : Collections.list(trusted.aliases())) {
          Certificate certificate = trusted.getCertificate(alias);
          if (certificate != null) {
            pem.append(pem(certificate.getEncoded()));
          }
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a trust store that is loaded can be read", e);
    }
    if (pem.isEmpty()) {
      throw new WeChatConfigurationException(
          "the SSL bundle " + bundle + " has no certificates to trust",
          "Set its truststore, or remove wxtoken.store.ssl-bundle to trust what the JVM trusts.");
    }
    return pem.toString();
  }

  private static String pem(byte[] certificate) {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder().encodeToString(certificate)
        + "\n-----END CERTIFICATE-----\n";
  }

  /**
   * Opens the store with the certificates that the bundle has now.
   *
   * @throws TokenStoreException if it cannot be opened
   */
  TokenStore open() {
    Path file = write(pem(bundle, find(bundle, bundles).getStores().getTrustStore()));
    try {
      return TokenStores.open(
          url
              + (url.contains("?") ? "&" : "?")
              + CA_FILE
              + URLEncoder.encode(file.toString(), StandardCharsets.UTF_8));
    } finally {
      delete(file);
    }
  }

  private Path write(String certificates) {
    try {
      return Files.writeString(Files.createTempFile("wxtoken-ca", ".pem"), certificates);
    } catch (IOException e) {
      throw new TokenStoreException(
          "cannot write the certificates of the SSL bundle "
              + bundle
              + " to a temporary file. Check the folder of java.io.tmpdir",
          e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.debug("The temporary file {} stays; it has public certificates only", file, e);
    }
  }
}
