/** Which widget the page is to show: its own address says so. */
export const where = () => {
  const { searchParams } = new URL(location.href);
  return { server: searchParams.get('server') ?? '', widgetId: searchParams.get('widget') ?? '' };
};
