package io.github.wxtoken.boot;

import io.github.wxtoken.boot.WeChatProperties.Store;
import io.github.wxtoken.jdbc.JdbcTokenStore;
import io.github.wxtoken.store.TokenStore;
import java.util.List;
import javax.sql.DataSource;

/** Keeps tokens in a {@link DataSource} of the application. */
final class JdbcBackend implements StoreBackend {
  private final CandidateBeans beans;
  private final Store properties;

  JdbcBackend(CandidateBeans beans, Store properties) {
    this.beans = beans;
    this.properties = properties;
  }

  @Override
  public List<StoreCandidate> candidates() {
    return beans.namesOf(DataSource.class).stream()
        .map(name -> new StoreCandidate(name, "DataSource", () -> open(name)))
        .toList();
  }

  private TokenStore open(String name) {
    JdbcTokenStore.Builder builder =
        JdbcTokenStore.builder(beans.get(name, DataSource.class))
            .table(properties.jdbc().table())
            .createSchema(properties.createSchema())
            .timeout(properties.timeout());
    String leaseTable = properties.jdbc().leaseTable();
    return (leaseTable == null ? builder : builder.leaseTable(leaseTable)).build();
  }
}
