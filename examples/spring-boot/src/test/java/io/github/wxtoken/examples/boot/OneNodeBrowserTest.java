package io.github.wxtoken.examples.boot;

import io.github.wxtoken.examples.boot.User.End;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock(Site.SPRING_BOOT)
class OneNodeBrowserTest extends BrowserPaths {
  OneNodeBrowserTest() {
    super(1);
  }

  @Override
  Site startSite() throws IOException {
    return Site.ofOneNode();
  }

  @Test
  void aNodeThatIsOverItsQuotaAsksWeChatNoMoreBeforeTheNextMinute() {
    site().weChat().clock().freeze(); // so that no new minute begins
    site().weChat().faults().add(Endpoint.EXCHANGE, Fault.errcode(45011).times(1));
    user().open("/me");
    user().reload();

    ends(
        "exchange refused by 45011, reload within the minute",
        End.MAY_SIGN_IN,
        1,
        new Calls(1, 0, 0));
  }

  @Test
  void anAddressThatWeChatDoesNotAllowAsksOncePerReload() {
    site().weChat().faults().add(Endpoint.EXCHANGE, Fault.errcode(40164));
    user().open("/me");
    user().reload();

    ends(
        "exchange refused by 40164, reload, refused again", End.MAY_SIGN_IN, 1, new Calls(2, 0, 0));
  }
}
