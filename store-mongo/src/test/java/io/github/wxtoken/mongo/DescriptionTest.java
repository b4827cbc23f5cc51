package io.github.wxtoken.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A store names its collection, product and servers, and no secret of its URL. */
class DescriptionTest {
  @RegisterExtension static final TestServer SERVER = Servers.MONGO;

  @Test
  void aServerIsNamed() {
    String url = Servers.database(SERVER, "described");
    String separator = url.contains("?") ? "&" : "?";

    try (TokenStore store =
        TokenStores.open(
            url + separator + "wxtoken.createSchema=true&wxtoken.collection=described")) {
      assertThat(store.description())
          .matches("the collection described of MongoDB \\d+\\.\\d+.* at [\\w.]+:\\d+ without TLS");
    }
  }

  @Test
  void theApplicationsClientKeepsItsAddressToItself() {
    String url = Servers.database(SERVER, "described");

    try (TokenStore store =
        MongoTokenStore.builder(Servers.mongo(url))
            .collection("described")
            .createSchema(true)
            .build()) {
      assertThat(store.description())
          .matches(
              "the collection described of MongoDB \\d+\\.\\d+.*"
                  + " at the address of the application's client");
    }
  }

  @Test
  void aUrlShowsItsServersAndNothingElse() {
    MongoTarget target =
        MongoTarget.of(
            "mongodb://app:s3cret@db1:27018,db2/wechat?tls=true&replicaSet=rs",
            new StoreOptions(Map.of()));

    assertThat(target.place()).isEqualTo("at db1:27018, db2:27017 with TLS");
  }
}
