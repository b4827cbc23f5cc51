package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.LeaseLossContract;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.util.concurrent.atomic.AtomicInteger;

/** A table of leases that an operator renames, and renames back. */
abstract class JdbcLeaseLossContract extends LeaseLossContract {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final TestDatabase database;
  private String url = "";
  private boolean broken;

  JdbcLeaseLossContract(TestDatabase database) {
    this.database = database;
  }

  @Override
  protected TokenStore open() throws Exception {
    url = database.create("leaseloss" + COUNT.incrementAndGet());
    return TokenStores.open(url + "&wxtoken.createSchema=true");
  }

  @Override
  protected void breakLeases() throws Exception {
    Servers.execute(url, "ALTER TABLE token_lease RENAME TO token_lease_away");
    broken = true;
  }

  @Override
  protected void mendLeases() throws Exception {
    if (broken) {
      Servers.execute(url, "ALTER TABLE token_lease_away RENAME TO token_lease");
      broken = false;
    }
  }
}
