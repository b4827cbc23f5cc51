package io.github.wxtoken.jdbc;

import com.google.errorprone.annotations.Immutable;
import java.util.List;
import java.util.Set;

/** The names that Connector/J and MariaDB's driver share. Each knows some of the other's. */
@Immutable
interface MysqlTls extends TlsSetting {
  @Override
  default String option() {
    return TlsMode.OPTION;
  }

  @Override
  default TlsMode mode(String name) {
    return TlsMode.of(name);
  }

  @Override
  default String describe(TlsMode mode) {
    return mode + " (" + mode.ofMariadb + ")";
  }

  @Override
  default String verified() {
    return TlsMode.VERIFY_IDENTITY.name();
  }

  @Override
  default List<Older> older() {
    return List.of(
        new Older("useSSL", "false", TlsMode.DISABLED),
        new Older("trustServerCertificate", "true", TlsMode.REQUIRED),
        new Older("verifyServerCertificate", "false", TlsMode.REQUIRED),
        new Older("verifyServerCertificate", "true", TlsMode.VERIFY_CA),
        new Older("disableSslHostnameVerification", "true", TlsMode.VERIFY_CA),
        new Older("requireSSL", "true", TlsMode.REQUIRED));
  }

  @Override
  default Set<String> exact() {
    return Set.of(
        TlsMode.OPTION,
        "useSSL",
        "useSsl",
        "requireSSL",
        "verifyServerCertificate",
        "trustServerCertificate",
        "disableSslHostnameVerification",
        "serverSslCert",
        "trustStore",
        "trustStoreType",
        "trustStorePassword",
        "trustCertificateKeyStoreUrl",
        "trustCertificateKeyStoreType",
        "trustCertificateKeyStorePassword",
        "fallbackToSystemTrustStore",
        "permitRedirect");
  }

  @Override
  default Set<String> refused() {
    return Set.of(
        "socksProxyHost",
        "namedPipePath",
        "pipe",
        "dnsSrv",
        "propertiesTransform",
        "useConfigs",
        "tlsSocketType",
        "protocol",
        "path",
        "address");
  }
}
