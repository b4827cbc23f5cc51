package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.LeaseLossContract;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;

/** A table of leases that an operator renames, and renames back. */
abstract class JdbcLeaseLossContract extends LeaseLossContract {
  private String url = "";
  private boolean broken;

  /** Makes an empty database and returns its URL, to which options can be added by "&". */
  abstract String makeDatabase() throws Exception;

  @Override
  protected TokenStore open() throws Exception {
    url = makeDatabase();
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
