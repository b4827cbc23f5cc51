package io.github.wxtoken.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.StoreFinding;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An operator reads what a server is; {@code ReplicaSetFailoverTest} shows it of a secondary
 * member.
 */
@EnabledIf(value = "isReal", disabledReason = "mongo-java-server is no replica set")
class DiagnosisTest {
  @RegisterExtension static final TestServer SET = Servers.REPLICA_SET;

  static boolean isReal() {
    return Servers.isReal(SET.url());
  }

  @Test
  void thePrimaryOfAReplicaSetIsHealthy() {
    String url = Servers.database(SET, "diagnosis") + "&wxtoken.createSchema=true";

    try (TokenStore store = TokenStores.open(url)) {
      assertThat(store.diagnose())
          .allMatch(finding -> finding.severity() == StoreFinding.Severity.OK)
          .extracting(StoreFinding::what)
          .contains("the server is the primary of the replica set rs0");
    }
  }
}
